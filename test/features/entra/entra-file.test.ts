import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { entraSetupIn } from "../../../features/entra/verbs/entra-file";
import { entraSetup } from "../../../index";
import { packageRoot } from "../../../lib/app-root";
import { SetupError } from "../../../lib/errors";

/** A new one each time: what was loaded from a path once stays loaded. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(packageRoot, ".local-test-entra-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (source: string) => {
  const file = join(folder, "entra.ts");
  writeFileSync(file, source);
  return entraSetupIn(file);
};
const GUID = "3c9e8b7a-1f24-4b5d-8c60-9d7e2a1f4b33";

it("declares nothing without a file", () => expect(entraSetupIn(join(folder, "entra.ts"))).toBeUndefined());

it("declares the flows that the file exports", () => {
  const setup = entraSetup({
    tenant: "contoso.onmicrosoft.com",
    flows: [
      { userFlow: "B2X_1_Partner" },
      { userFlow: "B2X_1_Suppliers", gate: "suppliers" },
      { userFlow: "Old", kind: "b2c", tenant: GUID },
      { userFlow: "B2X_1_Partner", tenant: "fabrikam.com" },
      { externalFlow: "Sign up", applications: [GUID], apis: [GUID], attributes: { extension_A: { type: "string", hidden: true } } },
      { externalFlow: "B2X_1_Partner" },
    ],
  });
  expect(read(`import { entraSetup } from "entra-gatehouse";\nexport default entraSetup(${JSON.stringify(setup)});`)).toEqual(setup);
});

it.each([
  {
    given: "nothing",
    source: "export const flows = [];",
    says: ' has to export its flows as default: export default entraSetup({ flows: [{ userFlow: "B2X_1_Partner" }] });',
  },
  { given: "a list", exported: "[]", says: " has to export its flows as default" },
  { given: "no flows", exported: "{}", says: ": flows is missing" },
  { given: "an empty list of them", exported: "{ flows: [] }", says: ": flows is []; it must be a list of one or more flows, like" },
  { given: "another option", exported: "{ flow: [] }", says: ": flow is unknown: did you mean flows?" },
  { given: "one that is like no other", exported: "{ everything: [] }", says: ": everything is unknown" },
  {
    given: "a tenant that is none",
    exported: '{ tenant: "https://contoso.com", flows: [{ userFlow: "B2X_1_A" }] }',
    says: ': tenant is "https://contoso.com"; it must be its id or a domain',
  },
  {
    given: "a flow that is a text",
    flow: '"B2X_1_Partner"',
    says: ': flows[0] is "B2X_1_Partner"; it must be an object, { userFlow: … }, or an object, { externalFlow: … }.',
  },
  { given: "a flow without a name", flow: '{ gate: "suppliers" }', says: ": flows[0].userFlow is missing" },
  { given: "a flow of two kinds", flow: '{ userFlow: "B2X_1_A", externalFlow: "A" }', says: ": flows[0].externalFlow is unknown" },
  { given: "a mistyped name", flow: '{ userflow: "B2X_1_A" }', says: ": flows[0].userflow is unknown: did you mean userFlow?" },
  {
    given: "an option of the other kind",
    flow: '{ userFlow: "B2X_1_A", applications: [] }',
    says: ": flows[0].applications is unknown",
  },
  { given: "a tenant of the flow's that is none", flow: '{ userFlow: "B2X_1_A", tenant: 1 }', says: ": flows[0].tenant is 1; it must be" },
  {
    given: "a gate that cannot be",
    flow: '{ userFlow: "B2X_1_A", gate: "Our Suppliers" }',
    says: ': flows[0].gate is "Our Suppliers"; it must be a gate\'s name',
  },
  { given: "a name that is no id", flow: '{ userFlow: "a/b" }', says: ': flows[0].userFlow is "a/b"; it must be its id' },
  {
    given: "a kind that there is not",
    flow: '{ userFlow: "B2X_1_A", kind: "external" }',
    says: ': flows[0].kind is "external"; it must be "workforce" or "b2c".',
  },
  {
    given: "a kind that cannot be told",
    flow: '{ userFlow: "Partner" }',
    says: ': flows[0].userFlow is "Partner", which does not tell the kind of its tenant: add kind',
  },
  {
    given: "an external flow without a name",
    flow: '{ externalFlow: " " }',
    says: ': flows[0].externalFlow is " "; it must be the flow\'s name',
  },
  {
    given: "applications that are no ids",
    flow: '{ externalFlow: "A", applications: ["portal"] }',
    says: ': flows[0].applications[0] is "portal"; it must be a client id, a GUID.',
  },
  {
    given: "apis that are no ids",
    flow: '{ externalFlow: "A", apis: "orders" }',
    says: ': flows[0].apis is "orders"; it must be a list of client ids',
  },
  {
    given: "attributes in a list",
    flow: '{ userFlow: "B2X_1_A", attributes: ["extension_Tier"] }',
    says: ": flows[0].attributes is [ 'extension_Tier' ]; it must be attributes by their short names",
  },
  ...[
    {
      given: "a built-in attribute",
      attribute: 'city: { type: "string" }',
      says: " is { city: { type: 'string' } }; it must be attributes by their short",
    },
    {
      given: "an attribute's long name",
      attribute: `extension_${"0".repeat(32)}_A: { type: "string" }`,
      says: ` is { extension_${"0".repeat(32)}_A: { type: 'string' } }; it must be attributes by their short names`,
    },
    { given: "a type alone", attribute: 'extension_A: "string"', says: '.extension_A is "string"; it must be an object, { type: … }.' },
    {
      given: "a type that there is not",
      attribute: 'extension_A: { type: "number" }',
      says: '.extension_A.type is "number"; it must be "string" or "boolean" or "int64" or "stringCollection".',
    },
    {
      given: "a mistyped option",
      attribute: 'extension_A: { type: "string", lable: "A" }',
      says: ".extension_A.lable is unknown: did you mean label?",
    },
    {
      given: "an empty label",
      attribute: 'extension_A: { type: "string", label: " " }',
      says: '.extension_A.label is " "; it must be a text.',
    },
    {
      given: "choices in a list",
      attribute: 'extension_A: { type: "string", choices: ["a"] }',
      says: ".extension_A.choices is [ 'a' ]; it must be what people read by the value",
    },
    {
      given: "a list of texts without choices",
      attribute: 'extension_A: { type: "stringCollection" }',
      says: ".extension_A is { type: 'stringCollection' }; it must be one with choices, { gold: \"Gold customer\" }: people choose",
    },
    {
      given: "a hidden field of a workforce tenant",
      attribute: 'extension_A: { type: "string", hidden: true }',
      says: ".extension_A.hidden is true; it must be left out: it is for an external tenant",
    },
  ].map(({ attribute, says, ...rest }) => ({
    ...rest,
    flow: `{ userFlow: "B2X_1_A", attributes: { ${attribute} } }`,
    says: `: flows[0].attributes${says}`,
  })),
  {
    given: "a flow twice",
    exported: '{ tenant: "Contoso.com", flows: [{ userFlow: "B2X_1_A" }, { userFlow: "b2x_1_a", gate: "b", tenant: "contoso.com" }] }',
    says: " names b2x_1_a twice, in flows[0] and flows[1]: one gate judges a flow.",
  },
  { given: "a word that is not defined", source: "export default { flows: [flow] };", says: ":1:" },
])("entra.ts with $given is rejected by an error that names the file and the place", ({ source, exported, flow, says }) => {
  const text = source ?? `export default ${exported ?? `{ flows: [${flow}] }`};`;
  expect(() => read(text)).toThrow(SetupError);
  expect(() => read(text)).toThrow(`${basename(folder)}/entra.ts${says}`);
});
