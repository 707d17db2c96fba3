import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/app-root";
import { knownAttributesIn } from "../../lib/attributes-file";
import { SetupError } from "../../lib/errors";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(packageRoot, ".local-test-attributes-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (source: string) => {
  writeFileSync(join(folder, "entra-attributes.ts"), source);
  return knownAttributesIn(folder);
};

it("the attributes file yields nothing if it does not exist", () => expect(knownAttributesIn(folder)).toBeUndefined());

it("the attributes file yields what was written", () => {
  const known = {
    names: ["city"],
    listAttributes: ["extension_Tags"],
    extensionsAppId: "0f3a1b7c-9d2e-4f5a-8b6c-7d8e9fa0b1c2",
    flows: [{ flow: "A", gate: "b", collects: ["city"] }],
  };
  expect(
    read(`declare module "entra-gatehouse" { interface TenantAttributes { city: string } }\nexport default ${JSON.stringify(known)};`),
  ).toEqual(known);
});

it.each([
  "export {};",
  "export default null;",
  "export default { names: [1], flows: [] };",
  "export default { names: [], flows: [], extensionsAppId: 1 };",
  "export default { names: [], flows: {} };",
  "export default { names: [], flows: [], listAttributes: [1] };",
  "export default { names: [], flows: [null] };",
  'export default { names: [], flows: [{ flow: "A" }] };',
  'export default { names: [], flows: [{ flow: "A", gate: 1, collects: [] }] };',
])("the attributes file is refused if its content has another form: %s", (source) => {
  expect(() => read(source)).toThrow(SetupError);
  expect(() => read(source)).toThrow("write it again with npm run gate -- entra types");
});
