// Holds answers of the program against the response schemas of the OSIA ABIS specification.
//   node validate.cjs SPEC exchanges.json    exit 0: all as the standard says, else what is not
//   node validate.cjs SPEC --operations      its operations: method, path, parameters, statuses
// An exchange: {operation, status, contentType, body}. A status that the standard does not list is
// reported too. Exit 3: a package is not installed.
const fs = require('fs');

let yaml, parser, validator;
try {
  yaml = require('js-yaml');
  parser = require('@apidevtools/swagger-parser');
  validator = require('openapi-response-validator').default;
} catch (missing) {
  console.error(String(missing.message).split('\n')[0]);
  process.exit(3);
}

const methods = ['get', 'post', 'put', 'delete'];

async function main() {
  const spec = await (parser.default || parser)
      .dereference(yaml.load(fs.readFileSync(process.argv[2], 'utf8')));
  const operations = new Map();
  for (const [path, item] of Object.entries(spec.paths))
    for (const method of methods)
      if (item[method]) operations.set(item[method].operationId, {path, method, ...item[method]});

  if (process.argv[3] === '--operations') {
    const list = [...operations.values()].map((o) => ({
      id: o.operationId,
      method: o.method.toUpperCase(),
      path: o.path,
      query: o.parameters.filter((p) => p.in === 'query').map((p) => p.name),
      body: !!o.requestBody,
      bodyRequired: !!(o.requestBody && o.requestBody.required),
      statuses: Object.keys(o.responses).map(Number),
    }));
    console.log(JSON.stringify(list));
    return;
  }
  let faults = 0;
  const fault = (where, what) => {
    ++faults;
    console.log(`${where.operation} ${where.status}: ${what}`);
  };
  const compiled = new Map();
  for (const exchange of JSON.parse(fs.readFileSync(process.argv[3], 'utf8'))) {
    const operation = operations.get(exchange.operation);
    if (!operation) { fault(exchange, 'no such operation'); continue; }
    const response = operation.responses[String(exchange.status)];
    if (!response) { fault(exchange, 'no such status'); continue; }
    const content = response.content;
    if (!content) {
      if (exchange.status === 204 && exchange.body !== '') fault(exchange, 'a body with 204');
      continue;
    }
    if (!content[exchange.contentType]) {
      fault(exchange, `content type '${exchange.contentType}'`);
      continue;
    }
    // The validator speaks of OpenAPI 2's `schema`: one for each status.
    if (!compiled.has(exchange.operation)) {
      const responses = {};
      for (const [status, r] of Object.entries(operation.responses))
        responses[status] = {...r, schema: r.content && r.content['application/json'].schema};
      compiled.set(exchange.operation, new validator({responses}));
    }
    let body;
    try {
      body = JSON.parse(exchange.body);
    } catch (e) {
      fault(exchange, 'not JSON');
      continue;
    }
    const verdict = compiled.get(exchange.operation).validateResponse(exchange.status, body);
    if (verdict) fault(exchange, JSON.stringify(verdict.errors || verdict.message));
  }
  process.exit(faults === 0 ? 0 : 1);
}

main().catch((e) => { console.error(e); process.exit(2); });
