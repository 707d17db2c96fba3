import fc from "fast-check";
import { apiConnector } from "../../../engine/protocols/api-connector";
import type { Dialect } from "../../../engine/protocols/dialect";
import type { AttributeValue, SignUp } from "../../../engine/sign-up/sign-up";
import { customExtension } from "../../../features/external-tenant/extension";

const TENANT = "7a1d4f0e-52c3-4d8b-9a6f-31be0c9d2e45";
const LONG = "extension_0f3a1b7c9d2e4f5a8b6c7d8e9fa0b1c2";
const LISTS = ["extension_Tags"];

const identities = [{ signInType: "federated", issuer: "google.com", issuerAssignedId: "1184" }];
const cell = (value: unknown, type = "string") => ({ "@odata.type": `microsoft.graph.${type}DirectoryAttributeValue`, value });
const event = (attributes: object) => ({
  type: "microsoft.graph.authenticationEvent.attributeCollectionSubmit",
  data: {
    tenantId: TENANT,
    authenticationContext: { correlationId: "one" },
    userSignUpInfo: { identities, attributes: { email: cell("kim@contoso.com"), ...attributes } },
  },
});

interface Caller {
  readonly dialect: string;
  readonly protocol: Dialect;
  body(name: string, value: unknown): object;
}
const flat = (name: string, value: unknown) => ({ email: "kim@contoso.com", identities, [name]: value });
const callers: readonly Caller[] = [
  { dialect: "a workforce tenant", protocol: apiConnector, body: flat },
  { dialect: "B2C", protocol: apiConnector, body: (name, value) => ({ step: "PostAttributeCollection", ...flat(name, value) }) },
  {
    dialect: "an external tenant",
    protocol: customExtension({ tenantId: TENANT }),
    body: (name, value) => event({ [name]: cell(value) }),
  },
];

const asked = ({ protocol, body }: Caller, value: unknown, lists: readonly string[] | undefined = LISTS, name = `${LONG}_Tags`) =>
  protocol.parse({ contentType: "application/json", body: JSON.stringify(body(name, value)) }, "before-create-user", lists);

function signUpOf(caller: Caller, value: unknown, lists?: readonly string[]): SignUp {
  const parsed = asked(caller, value, lists);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.received;
}

describe.each(callers)("a list attribute of $dialect", (caller) => {
  it.each<{ sent: unknown; tags: readonly string[] | undefined }>([
    { sent: "red", tags: ["red"] },
    { sent: "red,green", tags: ["red", "green"] },
    { sent: " red, green ,", tags: [" red", " green ", ""] },
    { sent: ["red", "green"], tags: ["red", "green"] },
    { sent: ["red, dark", "green"], tags: ["red, dark", "green"] },
    { sent: "", tags: undefined },
    { sent: null, tags: undefined },
    { sent: [], tags: undefined },
    { sent: [""], tags: undefined },
    { sent: ["", ""], tags: ["", ""] },
  ])("sent as $sent is read as $tags", ({ sent, tags }) => {
    const { attributes, listAttributes } = signUpOf(caller, sent);
    expect({ attributes, listAttributes }).toEqual({
      attributes: tags === undefined ? {} : { extension_Tags: tags },
      listAttributes: LISTS,
    });
  });

  it.each([7, true, { red: true }, ["red", 7], [["red"]], [null], "red\u0000", ["red\u0000"]])("sent as %j is refused", (sent) =>
    expect(asked(caller, sent)).toMatchObject({ ok: false, reason: "request.unreadable" }),
  );

  it("is read as text if the tenant's list attributes are unknown or do not include it", () => {
    expect(asked(caller, "red,green", LISTS, `${LONG}_Other`)).toMatchObject({
      received: { attributes: { extension_Other: "red,green" } },
    });
    const unknown = asked(caller, "red,green", undefined, `${LONG}_Other`);
    expect(unknown).toMatchObject({ received: { attributes: { extension_Other: "red,green" } } });
    const { protocol, body } = caller;
    const parsed = protocol.parse(
      { contentType: "application/json", body: JSON.stringify(body(`${LONG}_Tags`, "red,green")) },
      "before-create-user",
    );
    expect(parsed).toMatchObject({ received: { attributes: { extension_Tags: "red,green" } } });
    expect(parsed.ok && Object.keys(parsed.received)).not.toContain("listAttributes");
  });

  it.each<[AttributeValue, string]>([
    [["red", "green"], "red,green"],
    [["red"], "red"],
    [[], ""],
    ["red,green", "red,green"],
    [[1, true], "1,true"],
  ])("with the value %j is returned as %j", (value, text) => {
    const { protocol } = caller;
    expect(protocol.carry({ extension_Tags: value }, signUpOf(caller, "blue")).attributes).toEqual({ extension_Tags: text });
  });

  it.each<[AttributeValue]>([[["red, dark"]], [{ red: true }], [[["red"]]], [[null]], [["red\u0000"]]])(
    "with the value %j cannot be returned",
    (value) => {
      const { protocol } = caller;
      expect(() => protocol.carry({ extension_Tags: value }, signUpOf(caller, "blue"))).toThrow('A rule set "extension_Tags"');
    },
  );

  it("is returned as it was sent, whether as a text or as a list", () => {
    const text = fc.string().filter((each) => !each.includes("\u007f"));
    fc.assert(
      fc.property(text, (sent) => {
        const signUp = signUpOf(caller, sent);
        expect(caller.protocol.carry(signUp.attributes, signUp).attributes).toEqual(sent === "" ? {} : { extension_Tags: sent });
      }),
    );
    const word = text.filter((each) => !each.includes(","));
    fc.assert(
      fc.property(
        fc.array(word).filter((each) => each.join(",") !== ""),
        (tags) => {
          const { attributes } = caller.protocol.carry({ extension_Tags: tags }, signUpOf(caller, "blue"));
          expect(signUpOf(caller, attributes.extension_Tags).attributes).toEqual({ extension_Tags: tags });
        },
      ),
    );
  });
});

it("an external tenant's value of another type is read as it is, and returned in its type", () => {
  const { protocol } = callers[2] as Caller;
  const body = JSON.stringify(event({ [`${LONG}_Tags`]: cell(7, "int64") }));
  const parsed = protocol.parse({ contentType: "application/json", body }, "before-create-user", LISTS);
  if (!parsed.ok) throw new Error(parsed.reason);
  expect(parsed.received.attributes).toEqual({ extension_Tags: 7 });
  expect(protocol.carry({ extension_Tags: 8 }, parsed.received).attributes).toEqual({ extension_Tags: 8 });
});

it("a token claim may be a list", () => {
  const { protocol } = callers[2] as Caller;
  const signUp = { ...signUpOf(callers[2] as Caller, "red"), step: "before-sending-token" as const };
  expect(protocol.carry({ extension_Tags: ["red", "green"] }, signUp).attributes).toEqual({ extension_Tags: ["red", "green"] });
});
