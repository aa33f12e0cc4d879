// Holds the OpenAPI document against OpenAPI's own schema, and answers of the gateway against it.
//   node openapi_check.cjs openapi.json exchanges.json   exit 0: all as it says, else what is not
// An exchange: {method, path (of the table), sent, status, type, body}. Exit 3: a package is not
// installed.
const fs = require('fs');

let Ajv, formats, parser;
try {
  Ajv = require('ajv/dist/2020').default;
  formats = require('ajv-formats').default;
  parser = require('@apidevtools/swagger-parser');
} catch (missing) {
  console.error(String(missing.message).split('\n')[0]);
  process.exit(3);
}

let faults = 0;
function fault(what) {
  ++faults;
  console.log(what);
}

// What is open to members of later versions is closed here: each must be described.
function close(schema) {
  if (schema === null || typeof schema !== 'object') return;
  if (schema.type === 'object' && schema.properties) schema.additionalProperties ??= false;
  for (const each of Object.values(schema)) close(each);
}

async function main() {
  const document = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
  await (parser.default || parser).validate(structuredClone(document));
  close(document.components.schemas);
  const ajv = new Ajv({strict: true, allErrors: true});
  formats(ajv);
  ajv.addVocabulary(['openapi', 'info', 'security', 'paths', 'components']);
  ajv.addSchema(document, 'api');
  const pointer = (part) => part.replace(/~/g, '~0').replace(/\//g, '~1');
  const check = (where, at, text) => {
    const validate = ajv.getSchema('api#/' + at.map(pointer).map(encodeURIComponent).join('/'));
    if (!validate) return fault(`${where}: no schema at ${at.join(' ')}`);
    let value;
    try {
      value = JSON.parse(text);
    } catch (e) {
      return fault(`${where}: not JSON`);
    }
    if (!validate(value))
      for (const e of validate.errors)
        fault(`${where} ${e.instancePath}: ${e.message} ${JSON.stringify(e.params)}`);
  };
  for (const e of JSON.parse(fs.readFileSync(process.argv[3], 'utf8'))) {
    const where = `${e.method} ${e.path} ${e.status}`;
    const operation = ['paths', e.path, e.method.toLowerCase()];
    if (e.status >= 400) {
      check(where, ['components', 'responses', 'problem', 'content', e.type, 'schema'], e.body);
      continue;
    }
    if (e.sent) check(where, [...operation, 'requestBody', 'content', 'application/json', 'schema'], e.sent);
    const type = e.type.split(';')[0];
    const content = document.paths[e.path][operation[2]].responses[e.status]?.content;
    if (!content?.[type]) fault(`${where}: ${type} is not described`);
    else if (type === 'application/json')
      check(where, [...operation, 'responses', String(e.status), 'content', type, 'schema'], e.body);
  }
  process.exit(faults === 0 ? 0 : 1);
}

main().catch((e) => { console.error(e); process.exit(2); });
