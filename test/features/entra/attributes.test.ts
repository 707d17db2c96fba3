import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EntraFlow } from "../../../features/entra/setup";
import { packageRoot } from "../../../lib/app-root";
import { type Meddle, startTenant, type TestTenant } from "./tenant";

const folder = mkdtempSync(join(packageRoot, ".local-test-attributes-"));
afterAll(() => rmSync(folder, { recursive: true }));

const idOf = (name: string) => `extension_0123456789abcdef0123456789abcdef_${name}`;
const attributes: EntraFlow["attributes"] = {
  extension_Seats: { type: "int64", label: "How many seats" },
  extension_Vip: { type: "boolean" },
  extension_Tags: { type: "stringCollection", choices: { a: "Tag A", b: "Tag B" } },
};
const flows: Readonly<Record<string, EntraFlow>> = {
  workforce: { userFlow: "B2X_1_Partner", attributes },
  external: { externalFlow: "Sign up", attributes: { ...attributes, extension_Rank: { type: "string", hidden: true } } },
};

/** An entra.ts that declares one flow. */
function declared(name: string, flow: EntraFlow): readonly string[] {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, `export default ${JSON.stringify({ flows: [flow] })};`);
  return ["--setup", file, "--policy", "test/cli/policies/assigning"];
}

let tenant: TestTenant;
beforeEach(async () => {
  tenant = await startTenant();
});
afterEach(() => tenant.close());

const made = () =>
  tenant
    .writes()
    .filter(({ path }) => path.endsWith("/userFlowAttributes"))
    .map(({ body }) => body);
const created = [
  { displayName: "Seats", description: "How many seats", dataType: "int64" },
  { displayName: "Vip", description: "Vip", dataType: "boolean" },
  { displayName: "Tags", description: "Tags", dataType: "stringCollection" },
];

it("a workforce tenant gets the attributes that entra.ts declares, and its flow collects them", async () => {
  const setup = declared("workforce", flows.workforce as EntraFlow);
  const before = await tenant.run(["check", ...setup]);
  expect(before).toMatchObject({ exitCode: 2, stdout: expect.stringContaining("The tenant has no attribute extension_Tags: entra apply") });
  expect(await tenant.run(["apply", ...setup])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(made()).toEqual(created);
  const assigned = tenant.writes().filter(({ path }) => path.endsWith("/userAttributeAssignments"));
  const rest = { isOptional: true, requiresVerification: false };
  expect(assigned.map(({ body }) => body)).toEqual(
    expect.arrayContaining([
      { ...rest, displayName: "How many seats", userInputType: "TextBox", userAttributeValues: [], userAttribute: { id: idOf("Seats") } },
      {
        ...rest,
        displayName: "Vip",
        userInputType: "RadioSingleSelect",
        userAttributeValues: [
          { name: "Yes", value: "true", isDefault: false },
          { name: "No", value: "false", isDefault: false },
        ],
        userAttribute: { id: idOf("Vip") },
      },
      {
        ...rest,
        displayName: "Tags",
        userInputType: "CheckboxMultiSelect",
        userAttributeValues: [
          { name: "Tag A", value: "a", isDefault: false },
          { name: "Tag B", value: "b", isDefault: false },
        ],
        userAttribute: { id: idOf("Tags") },
      },
    ]),
  );
  expect(await tenant.run(["apply", ...setup])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
  expect(await tenant.run(["check", ...setup])).toMatchObject({ exitCode: 0 });
});

it("an external tenant gets the attributes, and its form shows each with its declared input, or hides it", async () => {
  const setup = declared("external", flows.external as EntraFlow);
  expect(await tenant.run(["apply", "--grant-consent", ...setup])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(made()).toEqual([...created, { displayName: "Rank", description: "Rank", dataType: "string" }]);
  expect(fields()).toMatchObject([
    { attribute: "email" },
    { attribute: "displayName" },
    { attribute: idOf("Seats"), label: "How many seats", inputType: "text", hidden: false, options: [] },
    { attribute: idOf("Vip"), label: "Vip", inputType: "boolean", hidden: false },
    {
      attribute: idOf("Tags"),
      inputType: "checkboxMultiSelect",
      options: [
        { label: "Tag A", value: "a" },
        { label: "Tag B", value: "b" },
      ],
    },
    { attribute: idOf("Rank"), inputType: "text", hidden: true, writeToDirectory: true },
    { attribute: "city", hidden: true },
  ]);
  expect(await tenant.run(["apply", ...setup])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });

  // The form forgets them; what people have filled in stays.
  expect(await tenant.run(["remove", "--attributes", "--yes", ...setup])).toMatchObject({ exitCode: 0, stderr: "" });
  expect(fields()).toMatchObject([{ attribute: "email" }, { attribute: "displayName" }]);
  expect(tenant.writes().filter(({ method, path }) => method === "DELETE" && path.includes("userFlowAttributes"))).toEqual([]);
});

it.each(["change", "replace"] as const)(
  "apply adds the same fields to a form, and remove takes them away, if Graph's updates %s existing fields",
  async (flowFields) => {
    const other = await startTenant({ flowFields });
    const setup = declared("external", flows.external as EntraFlow);
    try {
      expect(await other.run(["apply", "--grant-consent", ...setup])).toMatchObject({ exitCode: 0, stderr: "" });
      const field = (attribute: string, more: object) => expect.objectContaining({ attribute, writeToDirectory: true, ...more });
      expect(fields(other)).toEqual([
        field("email", { hidden: true }),
        field("displayName", { hidden: false }),
        field(idOf("Seats"), { label: "How many seats", inputType: "text", hidden: false }),
        field(idOf("Vip"), { inputType: "boolean", hidden: false }),
        field(idOf("Tags"), { inputType: "checkboxMultiSelect", hidden: false }),
        field(idOf("Rank"), { inputType: "text", hidden: true }),
        field("city", { hidden: true }),
      ]);
      expect(await other.run(["apply", ...setup])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
      expect(other.writes()).toEqual([]);
      expect(await other.run(["remove", "--attributes", "--yes", ...setup])).toMatchObject({ exitCode: 0, stderr: "" });
      expect(fields(other)).toMatchObject([{ attribute: "email" }, { attribute: "displayName" }]);
    } finally {
      await other.close();
    }
  },
);

describe("a form field of an external tenant that differs from the declaration", () => {
  const setup = () => declared("external", flows.external as EntraFlow);
  const withoutNames = (all: readonly object[] = []) => all.slice(2);

  /** Refuses or loses the update that gives a custom field its form. */
  const stopping = (isStopped: (update: number) => boolean, answer: () => Response): Meddle => {
    let updates = 0;
    return async (_, { method, path, body }, send) => {
      const isForm = method === "PATCH" && path.includes("/authenticationEventsFlows/") && "onAttributeCollection" in (body as object);
      return isForm && isStopped(updates++) ? answer() : await send();
    };
  };
  const refusal = () => new Response(JSON.stringify({ error: { code: "BadRequest" } }), { status: 400 });
  const severed = () => {
    throw new Error("The process ends.");
  };

  it.each([
    { stop: "a refusal", answer: refusal },
    { stop: "an end of the process", answer: severed },
  ])("is completed by the next apply after $stop", async ({ answer }) => {
    for (let update = 0; update < 4; update++) {
      const other = await startTenant();
      try {
        await other
          .run(
            ["apply", "--grant-consent", ...setup()],
            stopping((each) => each === update, answer),
          )
          .catch(() => undefined);
        expect({ update, ...(await other.run(["apply", "--grant-consent", ...setup()])) }).toMatchObject({
          update,
          exitCode: 0,
          stderr: "",
        });
        expect({ update, fields: byName(other) }).toMatchObject({
          update,
          fields: {
            [idOf("Seats")]: { label: "How many seats", inputType: "text", hidden: false },
            [idOf("Vip")]: { inputType: "boolean", hidden: false },
            [idOf("Tags")]: {
              inputType: "checkboxMultiSelect",
              options: [
                { label: "Tag A", value: "a" },
                { label: "Tag B", value: "b" },
              ],
            },
            [idOf("Rank")]: { inputType: "text", hidden: true, writeToDirectory: true },
            city: { hidden: true },
          },
        });
        expect((await other.run(["plan", ...setup()])).stdout).toContain("entra apply has nothing to change");
      } finally {
        await other.close();
      }
    }
  });

  it.each([
    { given: "shown", changed: { hidden: false }, says: "people can fill it in" },
    { given: "not stored", changed: { writeToDirectory: false }, says: "Entra does not store it" },
  ])("is reported by check if it is $given, and apply corrects only that part", async ({ changed, says }) => {
    await tenant.run(["apply", "--grant-consent", ...setup()]);
    const edit = { validationRegEx: "^[A-Z]$", required: true };
    await someoneEdits(idOf("Rank"), { ...changed, ...edit });
    const found = await tenant.run(["check", ...setup()]);
    expect(found).toMatchObject({ exitCode: 2, stdout: expect.stringMatching(`extension_Rank.*${says}.*entra apply`) });
    expect(await tenant.run(["apply", ...setup()])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("change field") });
    expect(byName(tenant)[idOf("Rank")]).toMatchObject({ hidden: true, writeToDirectory: true, ...edit });
    expect(withoutNames(fields()).map((each) => (each as { attribute: string }).attribute)).toEqual([
      idOf("Seats"),
      idOf("Vip"),
      idOf("Tags"),
      idOf("Rank"),
      "city",
    ]);
  });

  it.each([
    { given: "a label that entra.ts does not declare", name: "Vip", changed: { label: "VIP?" } },
    {
      given: "choices in another order",
      name: "Tags",
      changed: {
        options: [
          { label: "Tag B", value: "b" },
          { label: "Tag A", value: "a" },
        ],
      },
    },
    { given: "a rule of their own", name: "Seats", changed: { validationRegEx: "^[0-9]$", required: true } },
    { given: "a field that they hide", name: "Seats", changed: { hidden: true } },
  ])("is left unchanged if somebody gave it $given", async ({ name, changed }) => {
    await tenant.run(["apply", "--grant-consent", ...setup()]);
    await someoneEdits(idOf(name), changed);
    expect(await tenant.run(["apply", ...setup()])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("Nothing to apply.") });
  });

  async function someoneEdits(attribute: string, changed: object): Promise<void> {
    const [flow] = tenant.graph.external().eventsFlows;
    const inputs = fields()?.map((each) => ((each as { attribute: string }).attribute === attribute ? { ...each, ...changed } : each));
    await tenant.change(`/identity/authenticationEventsFlows/${flow?.id}`, "PATCH", {
      "@odata.type": "#microsoft.graph.externalUsersSelfServiceSignUpEventsFlow",
      onAttributeCollection: {
        "@odata.type": "#microsoft.graph.onAttributeCollectionExternalUsersSelfServiceSignUp",
        attributeCollectionPage: { views: [{ title: null, description: null, inputs }] },
      },
    });
  }
});

const byName = (from: TestTenant) =>
  Object.fromEntries((fields(from) ?? []).map((each) => [(each as { attribute: string }).attribute, each]));

function fields({ graph }: Pick<TestTenant, "graph"> = tenant) {
  const { onAttributeCollection } = graph.external().eventsFlows[0] ?? {};
  return (onAttributeCollection as { attributeCollectionPage: { views: { inputs: object[] }[] } }).attributeCollectionPage.views[0]?.inputs;
}

it.each(Object.keys(flows))("an attribute of another type is reported, and nothing is changed: %s", async (kind) => {
  await tenant.change("/identity/userFlowAttributes", "POST", { displayName: "Vip", description: "Vip", dataType: "string" }, 201);
  const setup = declared(kind, flows[kind] as EntraFlow);
  const says =
    "entra.ts declares extension_Vip as boolean, and the tenant has it as string, which Entra never changes: declare that type, or use another name.";
  expect(await tenant.run(["check", ...setup])).toMatchObject({ exitCode: 2, stdout: expect.stringContaining(says) });
  expect(await tenant.run(["apply", ...setup])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(says) });
  expect(tenant.writes()).toEqual([]);
});

it("entra apply reports what to do if Graph refuses an attribute type", async () => {
  const refusing: Meddle = async (_, { body }, send) =>
    (body as { dataType?: string } | undefined)?.dataType === "stringCollection"
      ? new Response(JSON.stringify({ error: { code: "BadRequest" } }), { status: 400 })
      : await send();
  const setup = declared("workforce", flows.workforce as EntraFlow);
  expect(await tenant.run(["apply", ...setup], refusing)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(
      "Graph does not make extension_Tags of type stringCollection: make it in the admin center, under Custom user attributes, with the name Tags.",
    ),
  });
});
