import * as v from "valibot";
import { type Item, toRow } from "../../adapters/tables/item";
import type { Policy } from "../../engine/sign-up/policy";
import { makeRule, type Rule } from "../../engine/sign-up/rule";
import { assign } from "../../features/assign/rule";
import { format, upperCase } from "../../features/format/rule";
import { permittedValue } from "../../features/permitted-value/rule";
import { prefill } from "../../features/profiles/prefill";
import { validate } from "../../features/validate/rule";
import { fixture } from "../fixtures";
import { anyPolicy } from "../support/any-policy";
import { extensionAction } from "../support/extension-answers";
import { asking, surroundings } from "./invoke";
import { askingExtension, audience, tenantId } from "./invoke-extension";

const LONG = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2_Tags";
const { aws } = surroundings();
beforeEach(() => {
  Object.assign(process.env, {
    EXTERNAL_TENANT: tenantId,
    EXTENSION_AUDIENCE: audience,
    LIST_ATTRIBUTES: "extension_Other,extension_Tags",
  });
});
afterEach(() => {
  delete process.env.LIST_ATTRIBUTES;
});

const lastRecord = () => toRow(aws.records.at(-1)?.input.Item as Item);
type Rules = readonly [Rule<"before-create-user">, ...Rule<"before-create-user">[]];
const policyOf = (rules: Rules) => anyPolicy(rules, { eventAttributes: ["extension_Tags"] }) as Policy;
/** What a policy makes of somebody who chose red and green. */
interface Gate {
  readonly dialect: string;
  answer(rules: Rules): Promise<unknown>;
}

const gates: readonly Gate[] = [
  {
    dialect: "a connector",
    async answer(rules) {
      const ask = asking(policyOf(rules));
      const {
        version: _,
        action,
        status: __,
        userMessage,
        ...claims
      } = (await ask({ body: { email: "kim@contoso.com", [LONG]: "red,green" } })).body;
      return action === "Continue" ? claims : userMessage;
    },
  },
  {
    dialect: "an extension",
    async answer(rules) {
      // biome-ignore lint/suspicious/noExplicitAny: a fixture is changed at any depth.
      const body: any = fixture("extension/attribute-collection-submit");
      const type = "microsoft.graph.stringDirectoryAttributeValue";
      body.data.userSignUpInfo.attributes[LONG] = { "@odata.type": type, value: "red,green" };
      const { body: answer } = await askingExtension(policyOf(rules))({ body });
      const { attributes = {}, message } = extensionAction("before-create-user", answer) as { attributes?: object; message?: string };
      return message ?? attributes;
    },
  },
];

const tags = v.object({ extension_Tags: v.array(v.picklist(["red", "green"])) });
const source = (extension_Tags: unknown) => ({ name: "colours", uses: [], find: () => ({ extension_Tags }) as never });
const seen: unknown[] = [];
const looks = makeRule({
  name: "looks",
  sets: [],
  decide({ attributes }) {
    seen.push(attributes.extension_Tags);
    return { kind: "continue" };
  },
});

describe.each(gates)("a list attribute by $dialect", ({ answer }) => {
  it.each<{ given: string; rules: Rules; sees: readonly string[]; changes?: string }>([
    { given: "no rule about it", rules: [looks], sees: ["red", "green"] },
    { given: "a schema of lists", rules: [validate(tags), looks], sees: ["red", "green"] },
    { given: "a formatter of texts", rules: [format({ extension_Tags: upperCase }), looks], sees: ["red", "green"] },
    { given: "the same list again", rules: [assign({ extension_Tags: ["red", "green"] }), looks], sees: ["red", "green"] },
    { given: "another list", rules: [assign({ extension_Tags: ["blue", "red"] }), looks], sees: ["blue", "red"], changes: "blue,red" },
    { given: "a source's text", rules: [prefill(source("blue,red")), looks], sees: ["blue", "red"], changes: "blue,red" },
    { given: "a source's list, the same", rules: [prefill(source(["red", "green"])), looks], sees: ["red", "green"] },
  ])("is read and changed with $given", async ({ rules, sees, changes }) => {
    seen.length = 0;
    const changed = Object.values((await answer(rules)) as object);
    expect({ seen: seen.at(-1), changed, recorded: lastRecord().attributes }).toEqual({
      seen: sees,
      changed: changes === undefined ? [] : [changes],
      recorded: { extension_Tags: changes ?? "red,green" },
    });
  });

  it("is reported to the person if a schema refuses one of its values", async () =>
    expect(await answer([validate(v.object({ extension_Tags: v.array(v.picklist(["red"])) }))])).toEqual(expect.any(String)));

  it.each<{ given: string; rules: Rules }>([
    { given: "a comma in an element", rules: [assign({ extension_Tags: ["red, dark"] })] },
    { given: "a check of one value", rules: [permittedValue("extension_Tags")] },
  ])("blocks the sign-up with $given", async ({ rules }) => {
    expect(await answer(rules)).toEqual(expect.any(String));
    expect(lastRecord()).toMatchObject({ verdict: "block", reasons: ["gatehouse.unavailable"] });
  });
});
