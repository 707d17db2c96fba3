import { randomUUID } from "node:crypto";
import { type Person, readPersonFile } from "../client/person";
import { extensionRequest } from "../client/request";
import { jsonCall } from "../client/visit";
import { longName, type Values } from "../contract/attributes";
import { eventWords } from "../contract/extension-answer";
import { forgeries } from "./forged-tokens";
import {
  type ExtensionTarget,
  GOOD_REQUEST,
  oddBodyProbes,
  oddHttpProbes,
  oddRequestRules,
  type Probe,
  tokenRules,
  withHeaders,
} from "./probe";

const OTHER_TENANT = "c4f7d215-9e60-4b3a-a58c-1d72e6093fb8";
const SEATS = longName("extension_SeatCount");
const INTERESTS = longName("extension_Interests");
/** Number of characters in a body of 64 KiB. */
const FULL_CHARACTERS = 64 * 1_024;

type Members = Readonly<Record<string, unknown>>;
type Body = ReturnType<typeof goodBody>;
type Change = (body: Body) => object;

/** Changes the member at this path of the body. @param replaceValue receives the value; returns undefined to remove it */
function at(path: string, replaceValue: (currentValue: never) => unknown): Change {
  const [name = "", ...rest] = path.split(".");
  return (body) => {
    const currentValue = (body as unknown as Members)[name];
    const value = rest.length === 0 ? replaceValue(currentValue as never) : at(rest.join("."), replaceValue)(currentValue as Body);
    return { ...body, [name]: value };
  };
}

const CONTEXT = "data.authenticationContext";
const CLIENT = `${CONTEXT}.client`;
const ATTRIBUTES = "data.userSignUpInfo.attributes";
const IDENTITIES = "data.userSignUpInfo.identities";
const value = (newValue: unknown) => () => newValue;
const without = (...names: readonly string[]) => {
  return (members: Members) => Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
};

export function extensionProbes(target: ExtensionTarget): readonly Probe[] {
  const { step, url, token } = target;
  const body = goodBody(target);
  const good = JSON.stringify(body);
  const send = (text: string) => jsonCall(url, `Bearer ${token}`, text);
  const asEntra: AsEntra = (id, says, change) => ({ id, says, call: () => send(JSON.stringify(change(body))) });
  const odd = (id: string, says: string, oddText: string): Probe => ({
    id,
    says,
    rules: [oddRequestRules.survives, oddRequestRules.refuses],
    call: () => send(oddText),
  });
  const oddly: Oddly = (id, says, change) => odd(id, says, JSON.stringify(change(body)));
  const atToken = step === "before-sending-token";
  const otherStep = step === "before-create-user" ? "after-sign-in" : "before-create-user";
  const otherEvent = at("type", (type: string) => type.replace(eventWords[step].event, eventWords[otherStep].event));
  return [
    asEntra(GOOD_REQUEST, atToken ? "a member of the tenant" : "a person who signed in with Google", (goodRequest) => goodRequest),
    ...callProbes(asEntra),
    ...(atToken ? userProbes(asEntra, target.email) : personProbes(asEntra, target.email)),
    oddly("unknown-event", "an event of another kind, emailOtpSend", toOtpSend),
    oddly("other-event", "another step's event", otherEvent),
    oddly("other-tenant", "a body of another tenant than the token's", at("data.tenantId", value(OTHER_TENANT))),
    oddly("no-tenant", "a body that names no tenant", at("data.tenantId", value(undefined))),
    ...(atToken ? [] : oddPersonProbes(oddly)),
    ...(step === "before-create-user"
      ? [asEntra("no-identities", "no identities, as in an older request", buildEmailChange(target.email))]
      : []),
    ...(step === "after-sign-in" ? [oddly("no-identities", "nobody signed in", at(IDENTITIES, value(undefined)))] : []),
    odd("duplicate-names", "a body that names its tenant twice", good.replace('"tenantId":', `"tenantId":"${OTHER_TENANT}","tenantId":`)),
    ...oddBodyProbes(good, send),
    {
      ...asEntra("full-body", "a body of 64 KiB", at("data.future", value("a".repeat(FULL_CHARACTERS)))),
      rules: [oddRequestRules.survives],
    },
    ...oddHttpProbes(send(good)),
    ...strangerProbes(target, good),
  ];
}

type AsEntra = (id: string, says: string, change: Change) => Probe;
type Oddly = (id: string, says: string, change: Change) => Probe;

function callProbes(asEntra: AsEntra): readonly Probe[] {
  const noPrincipals = at(CONTEXT, without("clientServicePrincipal", "resourceServicePrincipal"));
  const clientIp = at(CLIENT, ({ ip, ...client }: Members) => ({ ...client, clientIp: ip }));
  const unknown = at("data", (data: { readonly authenticationContext: object }) => {
    return { ...data, future: { a: [1, null] }, authenticationContext: { ...data.authenticationContext, requestType: "signUp" } };
  });
  return [
    asEntra("no-principals", "no applications, as in an older reference", noPrincipals),
    asEntra("client-ip", "clientIp, as one sample has it", clientIp),
    asEntra("no-client", "nothing known of the person's device", at(CLIENT, value({}))),
    asEntra("odd-locale", "a language that is none", at(`${CLIENT}.locale`, value(",,; *"))),
    asEntra("saml", "a protocol other than OAuth", at(`${CONTEXT}.protocol`, value("SAML"))),
    asEntra("unknown-members", "members that nobody announced", unknown),
  ];
}

function personProbes(asEntra: AsEntra, email: string): readonly Probe[] {
  const local = (signInType: string, issuerAssignedId: string) =>
    at(IDENTITIES, value([{ signInType, issuer: "contoso.onmicrosoft.com", issuerAssignedId }]));
  const each = (change: (cell: Members) => Members) =>
    at(ATTRIBUTES, (all: Members) => Object.fromEntries(Object.entries(all).map(([name, cell]) => [name, change(cell as Members)])));
  const oddCasing = each(({ "@odata.type": type, ...cell }) => ({ ...cell, "@odata.Type": type }));
  const list = attribute(INTERESTS, { value: ["Hardware", "Services"] });
  const unicode = attribute("displayName", { value: '박지우 \u{1F642} \u200Fתל "x"' });
  return [
    asEntra("email-account", "an account by e-mail", local("email", email)),
    asEntra("graph-spelling", "an account by e-mail, spelled as Graph spells it", local("emailAddress", email)),
    asEntra("user-name", "an account by user name, without an e-mail address", local("userName", email)),
    asEntra("no-attributes", "a form that collects nothing", at(ATTRIBUTES, value({}))),
    asEntra("no-values", "attributes without values", each(without("value"))),
    asEntra(
      "nulls",
      "null for what has no value",
      each((cell) => ({ ...cell, value: null })),
    ),
    asEntra("odd-casing", "@odata.Type, as one documented attribute has it", oddCasing),
    asEntra("list-of-values", "several choices as a list, as in an older reference", list),
    asEntra("unicode", "a name in Hangul, with an emoji, a right-to-left mark and quotes", unicode),
  ];
}

function attribute(name: string, changedMembers: Members): Change {
  return at(ATTRIBUTES, (all: Members) =>
    all[name] === undefined ? all : { ...all, [name]: { ...(all[name] as Members), ...changedMembers } },
  );
}

function userProbes(asEntra: AsEntra, email: string): readonly Probe[] {
  const user = (changeUser: (userMembers: Members) => Members) => at(`${CONTEXT}.user`, changeUser);
  const nulls = user((userMembers) => ({ ...userMembers, displayName: null, mail: null, userPrincipalName: email }));
  return [
    asEntra(
      "guest",
      "a guest, about whom little is known",
      user(({ id }) => ({ id, displayName: email, userType: "Guest" })),
    ),
    asEntra("nulls", "null for what has no value", nulls),
    asEntra(
      "unicode",
      "a name in Hangul, with an emoji",
      user((userMembers) => ({ ...userMembers, displayName: "박지우 \u{1F642}" })),
    ),
  ];
}

/** Returns a change that removes the identities and puts the address into the attribute `email`, as if the person had typed it. */
function buildEmailChange(email: string): Change {
  const cell = { "@odata.type": "microsoft.graph.stringDirectoryAttributeValue", value: email, attributeType: "builtIn" };
  return at("data.userSignUpInfo", ({ attributes }: Members) => ({ attributes: { ...(attributes as object), email: cell } }));
}

function oddPersonProbes(oddly: Oddly): readonly Probe[] {
  const unknownType = attribute(SEATS, { "@odata.type": "microsoft.graph.dateDirectoryAttributeValue" });
  return [
    oddly("wrong-type", "a text where the directory keeps a number", attribute(SEATS, { value: "many" })),
    oddly("unknown-type", "a value of a type that there is none of", unknownType),
  ];
}

function strangerProbes(target: ExtensionTarget, body: string): readonly Probe[] {
  const good = jsonCall(target.url, `Bearer ${target.token}`, body);
  const plain = (id: string, says: string, authorization: string | undefined): Probe => ({
    id,
    says,
    rules: tokenRules,
    call: () => withHeaders(good, { authorization }),
  });
  return [
    plain("no-token", "no token", undefined),
    plain("basic", "user name and password", "Basic ZW50cmE6cGFzc3dvcmQ="),
    ...forgeries.map(
      ({ id, says, make }): Probe => ({
        id,
        says: `a token ${says}`,
        rules: tokenRules,
        async call() {
          const forgedToken = await make(target);
          return typeof forgedToken === "string" ? withHeaders(good, { authorization: `Bearer ${forgedToken}` }) : forgedToken;
        },
      }),
    ),
  ];
}

const toOtpSend: Change = (body) => ({
  ...body,
  type: "microsoft.graph.authenticationEvent.emailOtpSend",
  data: {
    ...body.data,
    "@odata.type": "microsoft.graph.onOtpSendCalloutData",
    otpContext: { identifier: "conformance@example.com", oneTimeCode: "48213907" },
  },
});

function goodBody({ step, email, tenantId }: ExtensionTarget) {
  const person: Person = readPersonFile({
    issuer: "google.com",
    email,
    locales: "en-US",
    collects: [
      "displayName",
      "givenName",
      "surname",
      "city",
      "extension_Interests",
      "extension_SeatCount:integer",
      "extension_News:boolean",
    ],
  });
  const names: Values = { displayName: "Mina Kang", givenName: "Mina", surname: "Kang" };
  const form: Values = { city: "Portland", extension_Interests: "Hardware,Services", extension_SeatCount: 25, extension_News: true };
  const knownValues = step === "before-create-user" ? { ...names, ...form } : names;
  return extensionRequest(step, person, knownValues, { tenantId, correlationId: randomUUID() });
}
