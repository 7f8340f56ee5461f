// Holds an OpenAPI document against the specification's own schema.  usage: validate_openapi.mjs NODE_MODULES DOCUMENT
import { pathToFileURL } from "node:url";

const [, , modules, document] = process.argv;
const home = `${modules}/@seriousme/openapi-schema-validator/index.js`;
const { Validator } = await import(pathToFileURL(home).href);
const validator = new Validator();
const result = await validator.validate(document);
if (!result.valid) {
  console.log(JSON.stringify(result.errors, null, 1));
  process.exit(1);
}
console.log(`valid OpenAPI ${validator.version}`);
