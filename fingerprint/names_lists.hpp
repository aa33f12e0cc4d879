// The lists that names.cpp draws from: frequent family and given names of the United States and of
// Latin America (public facts of census and birth statistics, most frequent first, reduced to ASCII
// capitals) and birthplaces as POB codes. Constants. Appending to a list changes every later
// person: the golden hash in the tests then has to be renewed on purpose.
#pragma once

#include <cstdint>
#include <string_view>

namespace whorl::fingerprint::names {

inline constexpr std::string_view last_names[] = {
    "SMITH",    "JOHNSON",  "WILLIAMS",   "BROWN",     "JONES",    "MILLER",   "DAVIS",
    "WILSON",   "ANDERSON", "THOMAS",     "TAYLOR",    "MOORE",    "JACKSON",  "MARTIN",
    "LEE",      "THOMPSON", "WHITE",      "HARRIS",    "CLARK",    "LEWIS",    "ROBINSON",
    "WALKER",   "YOUNG",    "ALLEN",      "KING",      "WRIGHT",   "SCOTT",    "HILL",
    "GREEN",    "ADAMS",    "NELSON",     "BAKER",     "HALL",     "CAMPBELL", "MITCHELL",
    "CARTER",   "ROBERTS",  "PHILLIPS",   "EVANS",     "TURNER",   "PARKER",   "COLLINS",
    "EDWARDS",  "STEWART",  "MORRIS",     "MURPHY",    "COOK",     "ROGERS",   "MORGAN",
    "PETERSON", "COOPER",   "REED",       "BAILEY",    "BELL",     "KELLY",    "HOWARD",
    "WARD",     "COX",      "RICHARDSON", "WOOD",      "WATSON",   "BROOKS",   "BENNETT",
    "GRAY",     "JAMES",    "HUGHES",     "PRICE",     "MYERS",    "LONG",     "FOSTER",
    "SANDERS",  "ROSS",     "POWELL",     "SULLIVAN",  "RUSSELL",  "JENKINS",  "PERRY",
    "BUTLER",   "BARNES",   "FISHER",     "HENDERSON", "COLEMAN",  "SIMMONS",  "PATTERSON",
    "JORDAN",   "REYNOLDS", "HAMILTON",   "GRAHAM",    "WALLACE",  "WEST",     "COLE",
    "HAYES",    "GIBSON",   "BRYANT",     "ELLIS",     "STEVENS",  "MURRAY",   "FORD",
    "MARSHALL", "OWENS",    "MCDONALD",   "HARRISON",  "KENNEDY",  "WELLS",    "HENRY",
    "FREEMAN",  "WEBB",     "TUCKER",     "BURNS",     "CRAWFORD", "OLSON",    "PORTER",
    "HUNTER",   "GORDON",   "SHAW",       "O'BRIEN",   "NGUYEN",   "KIM",      "PATEL",
    "TRAN"};

inline constexpr std::string_view latin_last_names[] = {
    "GARCIA",    "RODRIGUEZ", "MARTINEZ", "HERNANDEZ", "LOPEZ",     "GONZALEZ",  "PEREZ",
    "SANCHEZ",   "RAMIREZ",   "TORRES",   "FLORES",    "RIVERA",    "GOMEZ",     "DIAZ",
    "REYES",     "MORALES",   "CRUZ",     "ORTIZ",     "GUTIERREZ", "CHAVEZ",    "RAMOS",
    "RUIZ",      "MENDOZA",   "ALVAREZ",  "CASTILLO",  "JIMENEZ",   "VASQUEZ",   "ROMERO",
    "HERRERA",   "MEDINA",    "AGUILAR",  "VARGAS",    "GUZMAN",    "MENDEZ",    "MUNOZ",
    "SALAZAR",   "GARZA",     "SOTO",     "VAZQUEZ",   "ALVARADO",  "DELGADO",   "PENA",
    "CONTRERAS", "SANDOVAL",  "GUERRERO", "RIOS",      "ESTRADA",   "ORTEGA",    "NUNEZ",
    "MALDONADO", "VEGA",      "SANTOS",   "DOMINGUEZ", "ESPINOZA",  "SILVA",     "PADILLA",
    "MARQUEZ",   "CORTEZ",    "ROJAS",    "ACOSTA",    "FIGUEROA",  "LUNA",      "JUAREZ",
    "NAVARRO",   "CAMPOS",    "MOLINA",   "AVILA",     "AYALA",     "MEJIA",     "CARRILLO",
    "DURAN",     "SANTIAGO",  "SALINAS",  "ROSARIO",   "ROBLES",    "SOLIS",     "LARA",
    "CERVANTES", "AGUIRRE",   "OCHOA",    "PACHECO",   "CABRERA",   "VELASQUEZ", "LEON"};

inline constexpr std::string_view male_names[] = {
    "JAMES",     "JOHN",     "ROBERT",    "MICHAEL", "WILLIAM", "DAVID",   "RICHARD", "JOSEPH",
    "THOMAS",    "CHARLES",  "DANIEL",    "MATTHEW", "ANTHONY", "MARK",    "DONALD",  "STEVEN",
    "PAUL",      "ANDREW",   "JOSHUA",    "KENNETH", "KEVIN",   "BRIAN",   "GEORGE",  "TIMOTHY",
    "RONALD",    "EDWARD",   "JASON",     "JEFFREY", "RYAN",    "JACOB",   "GARY",    "NICHOLAS",
    "ERIC",      "JONATHAN", "STEPHEN",   "LARRY",   "JUSTIN",  "SCOTT",   "BRANDON", "BENJAMIN",
    "SAMUEL",    "GREGORY",  "ALEXANDER", "FRANK",   "PATRICK", "RAYMOND", "JACK",    "DENNIS",
    "JERRY",     "TYLER",    "AARON",     "JOSE",    "ADAM",    "NATHAN",  "HENRY",   "DOUGLAS",
    "ZACHARY",   "PETER",    "KYLE",      "WALTER",  "ETHAN",   "JEREMY",  "HAROLD",  "KEITH",
    "CHRISTIAN", "ROGER",    "NOAH",      "GERALD",  "CARL",    "TERRY",   "SEAN",    "AUSTIN",
    "ARTHUR",    "LAWRENCE", "JESSE",     "DYLAN",   "BRYAN",   "JOE",     "JORDAN",  "BILLY",
    "BRUCE",     "ALBERT",   "WILLIE",    "GABRIEL", "LOGAN",   "ALAN",    "JUAN",    "WAYNE",
    "ROY",       "RALPH",    "RANDY",     "EUGENE",  "VINCENT", "RUSSELL", "ELIJAH",  "LOUIS",
    "BOBBY",     "PHILIP",   "JOHNNY",    "BRADLEY", "CURTIS",  "TRAVIS"};

inline constexpr std::string_view female_names[] = {
    "MARY",     "PATRICIA", "JENNIFER", "LINDA",     "ELIZABETH",  "BARBARA",   "SUSAN",
    "JESSICA",  "SARAH",    "KAREN",    "LISA",      "NANCY",      "BETTY",     "SANDRA",
    "MARGARET", "ASHLEY",   "KIMBERLY", "EMILY",     "DONNA",      "MICHELLE",  "CAROL",
    "AMANDA",   "MELISSA",  "DEBORAH",  "STEPHANIE", "REBECCA",    "SHARON",    "LAURA",
    "CYNTHIA",  "DOROTHY",  "AMY",      "KATHLEEN",  "ANGELA",     "SHIRLEY",   "BRENDA",
    "EMMA",     "ANNA",     "PAMELA",   "NICOLE",    "SAMANTHA",   "KATHERINE", "CHRISTINE",
    "HELEN",    "DEBRA",    "RACHEL",   "CAROLYN",   "JANET",      "MARIA",     "CATHERINE",
    "HEATHER",  "DIANE",    "OLIVIA",   "JULIE",     "JOYCE",      "VICTORIA",  "RUTH",
    "VIRGINIA", "LAUREN",   "KELLY",    "CHRISTINA", "JOAN",       "EVELYN",    "JUDITH",
    "ANDREA",   "HANNAH",   "MEGAN",    "CHERYL",    "JACQUELINE", "MARTHA",    "MADISON",
    "TERESA",   "GLORIA",   "SARA",     "JANICE",    "ANN",        "KATHRYN",   "ABIGAIL",
    "SOPHIA",   "FRANCES",  "JEAN",     "ALICE",     "JUDY",       "ISABELLA",  "JULIA",
    "GRACE",    "AMBER",    "DENISE",   "DANIELLE",  "MARILYN",    "BEVERLY",   "CHARLOTTE",
    "NATALIE",  "THERESA",  "DIANA",    "BRITTANY",  "DORIS",      "KAYLA",     "ALEXIS",
    "LORI",     "TIFFANY",  "ROSE",     "CRYSTAL"};

inline constexpr std::string_view latin_male_names[] = {
    "JOSE",    "JUAN",     "LUIS",   "CARLOS",    "JESUS",   "MIGUEL",    "ANTONIO", "FRANCISCO",
    "PEDRO",   "MANUEL",   "JORGE",  "ALEJANDRO", "RICARDO", "FERNANDO",  "EDUARDO", "JAVIER",
    "ROBERTO", "MARIO",    "RAFAEL", "SERGIO",    "RAUL",    "ARTURO",    "ENRIQUE", "ALBERTO",
    "MARCO",   "VICTOR",   "OSCAR",  "HECTOR",    "GERARDO", "GUILLERMO", "ARMANDO", "RUBEN",
    "JAIME",   "SALVADOR", "JULIO",  "PABLO",     "ALFREDO", "ANDRES",    "CESAR",   "GUSTAVO",
    "HUGO",    "IVAN",     "MARTIN", "RAMON",     "ERNESTO", "SANTOS",    "WILMER",  "EDGAR"};

inline constexpr std::string_view latin_female_names[] = {
    "MARIA",   "ANA",     "ROSA",      "GUADALUPE", "JUANA",   "MARGARITA", "VERONICA", "CARMEN",
    "ELENA",   "LETICIA", "ALEJANDRA", "PATRICIA",  "YOLANDA", "SILVIA",    "TERESA",   "GABRIELA",
    "CLAUDIA", "LUCIA",   "ADRIANA",   "ISABEL",    "NORMA",   "BEATRIZ",   "IRMA",     "BLANCA",
    "ALICIA",  "GLORIA",  "SANDRA",    "MARTHA",    "ARACELI", "ESTHER",    "ROCIO",    "SONIA",
    "DANIELA", "MARISOL", "ESPERANZA", "JULIA",     "KARLA",   "LORENA",    "MONICA",   "FLOR"};

struct birthplace {
  std::string_view code;
  std::uint32_t weight;  ///< share among its list; rounded, only to look alike
  bool latin;            ///< names come from the Latin American lists
};

/// States by rough population. Codes are NCIC's, which has NB for Nebraska.
inline constexpr birthplace states[] = {
    {"CA", 37, false}, {"TX", 25, false}, {"NY", 19, false}, {"FL", 18, false}, {"IL", 13, false},
    {"PA", 13, false}, {"OH", 12, false}, {"MI", 10, false}, {"GA", 10, false}, {"NC", 9, false},
    {"NJ", 9, false},  {"VA", 8, false},  {"WA", 7, false},  {"MA", 6, false},  {"IN", 6, false},
    {"AZ", 6, false},  {"TN", 6, false},  {"MO", 6, false},  {"MD", 6, false},  {"WI", 6, false},
    {"MN", 5, false},  {"CO", 5, false},  {"AL", 5, false},  {"SC", 5, false},  {"LA", 5, false},
    {"KY", 4, false},  {"OR", 4, false},  {"OK", 4, false},  {"CT", 4, false},  {"IA", 3, false},
    {"MS", 3, false},  {"AR", 3, false},  {"KS", 3, false},  {"UT", 3, false},  {"NV", 3, false},
    {"NM", 2, false},  {"WV", 2, false},  {"NB", 2, false},  {"ID", 2, false},  {"HI", 1, false}};

/// Countries. MM and GT are given by the project's brief; the other codes are NCIC's from memory
/// and want a check against the code manual before anyone relies on them.
inline constexpr birthplace countries[] = {
    {"MM", 58, true}, {"EL", 7, true},  {"GT", 8, true}, {"HD", 5, true}, {"DR", 4, true},
    {"CC", 4, true},  {"CB", 3, true},  {"EU", 2, true}, {"NU", 1, true}, {"JM", 3, false},
    {"CD", 2, false}, {"PI", 2, false}, {"VM", 1, false}};

}  // namespace whorl::fingerprint::names
