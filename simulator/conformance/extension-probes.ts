import { randomUUID } from "node:crypto";
import { extensionRequest } from "../client/extension-request";
import { type Person, readPersonFile } from "../client/person";
import { jsonCall } from "../client/visit";
import { longName, type Values } from "../contract/attributes";
import { eventWords } from "../contract/extension-answer";
import { sampleDefects } from "../contract/rule";
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
/** So many that a body takes 64 KiB. */
const FULL_CHARACTERS = 64 * 1_024;

/** A request's body on its way to being another. */
interface Draft {
  type: string;
  data: {
    tenantId?: string;
    authenticationContext: Record<string, unknown>;
    userSignUpInfo: { attributes: Record<string, Record<string, unknown>>; identities?: unknown[] };
    [other: string]: unknown;
  };
}

type Change = (draft: Draft) => void;

/** All that is asked of an extension's endpoint. */
export function extensionProbes(target: ExtensionTarget): readonly Probe[] {
  const { step, url, token } = target;
  const body = goodBody(target);
  const good = JSON.stringify(body);
  const send = (given: string) => jsonCall(url, `Bearer ${token}`, given);
  const changed = (change: Change) => {
    const draft = structuredClone(body) as unknown as Draft;
    change(draft);
    return JSON.stringify(draft);
  };
  const asEntra = (id: string, says: string, change: Change): Probe => ({ id, says, call: () => send(changed(change)) });
  const odd = (id: string, says: string, made: string, defect?: string): Probe => ({
    id,
    says,
    rules: [oddRequestRules.survives, oddRequestRules.refuses],
    ...(defect !== undefined && { defects: { [oddRequestRules.refuses.id]: defect } }),
    call: () => send(made),
  });
  const oddly = (id: string, says: string, change: Change, defect?: string) => odd(id, says, changed(change), defect);
  const atToken = step === "before-sending-token";
  return [
    asEntra(GOOD_REQUEST, atToken ? "a member of the tenant" : "a person who signed in with Google", () => undefined),
    ...callProbes(asEntra),
    ...(atToken ? userProbes(asEntra, target.email) : personProbes(asEntra, target.email)),
    oddly("unknown-event", "an event of another kind, emailOtpSend", toOtpSend),
    oddly("other-event", "another step's event", (draft) => {
      draft.type = draft.type.replace(eventWords[step].event, eventWords[otherStep(step)].event);
    }),
    oddly("other-tenant", "a body of another tenant than the token's", nameTenant(OTHER_TENANT), sampleDefects.anyTenant),
    oddly("no-tenant", "a body that names no tenant", nameTenant(undefined), sampleDefects.anyTenant),
    ...(atToken ? [] : oddPersonProbes(oddly)),
    odd("duplicate-names", "a body that names its tenant twice", good.replace('"tenantId":', `"tenantId":"${OTHER_TENANT}","tenantId":`)),
    ...oddBodyProbes(good, send),
    {
      id: "full-body",
      says: "a body of 64 KiB",
      rules: [oddRequestRules.survives],
      call: () => send(changed((draft) => (draft.data.future = "a".repeat(FULL_CHARACTERS)))),
    },
    ...oddHttpProbes(send(good)),
    ...strangerProbes(target, good),
  ];
}

type AsEntra = (id: string, says: string, change: Change) => Probe;
type Oddly = (id: string, says: string, change: Change, defect?: string) => Probe;

/** What differs from tenant to tenant, and from document to document, in any event. */
function callProbes(asEntra: AsEntra): readonly Probe[] {
  const client = (change: (client: Record<string, unknown>) => void): Change => {
    return ({ data }) => change(data.authenticationContext.client as Record<string, unknown>);
  };
  return [
    asEntra("no-principals", "no applications, as in an older reference", ({ data }) => {
      delete data.authenticationContext.clientServicePrincipal;
      delete data.authenticationContext.resourceServicePrincipal;
    }),
    asEntra(
      "client-ip",
      "clientIp, as one sample has it",
      client((each) => {
        each.clientIp = each.ip;
        delete each.ip;
      }),
    ),
    asEntra(
      "no-client",
      "nothing known of the person's device",
      client((each) => {
        for (const name of Object.keys(each)) delete each[name];
      }),
    ),
    asEntra(
      "odd-locale",
      "a language that is none",
      client((each) => {
        each.locale = ",,; *";
      }),
    ),
    asEntra("saml", "a protocol other than OAuth", ({ data }) => {
      data.authenticationContext.protocol = "SAML";
    }),
    asEntra("unknown-members", "members that nobody announced", ({ data }) => {
      data.future = { a: [1, null] };
      data.authenticationContext.requestType = "signUp";
    }),
  ];
}

/** People as they come to the attribute page and leave it. */
function personProbes(asEntra: AsEntra, email: string): readonly Probe[] {
  const attributes = (change: (attributes: Draft["data"]["userSignUpInfo"]["attributes"]) => void): Change => {
    return ({ data }) => change(data.userSignUpInfo.attributes);
  };
  const each = (change: (cell: Record<string, unknown>) => void) => attributes((all) => Object.values(all).forEach(change));
  const local = (signInType: string, issuerAssignedId: string): Change => {
    return ({ data }) => {
      data.userSignUpInfo.identities = [{ signInType, issuer: "contoso.onmicrosoft.com", issuerAssignedId }];
    };
  };
  return [
    asEntra("email-account", "an account by e-mail", local("email", email)),
    asEntra("graph-spelling", "an account by e-mail, spelled as Graph spells it", local("emailAddress", email)),
    asEntra("user-name", "an account by user name, without an e-mail address", local("userName", "mina")),
    asEntra("no-attributes", "a form that collects nothing", ({ data }) => {
      data.userSignUpInfo.attributes = {};
    }),
    asEntra(
      "no-values",
      "attributes without values",
      each((cell) => delete cell.value),
    ),
    asEntra(
      "nulls",
      "null for what has no value",
      each((cell) => {
        cell.value = null;
      }),
    ),
    asEntra(
      "odd-casing",
      "@odata.Type, as one documented attribute has it",
      each((cell) => {
        cell["@odata.Type"] = cell["@odata.type"];
        delete cell["@odata.type"];
      }),
    ),
    asEntra(
      "list-of-values",
      "several choices as a list, as in an older reference",
      attributes((all) => {
        Object.assign(all[INTERESTS] ?? {}, { value: ["Hardware", "Services"] });
      }),
    ),
    asEntra(
      "unicode",
      "a name in Hangul, with an emoji, a right-to-left mark and quotes",
      attributes((all) => {
        Object.assign(all.displayName ?? {}, { value: '박지우 \u{1F642} \u200Fתל "x"' });
      }),
    ),
  ];
}

/** People as they are known in the directory. */
function userProbes(asEntra: AsEntra, email: string): readonly Probe[] {
  const user = (made: (given: Record<string, unknown>) => Record<string, unknown>): Change => {
    return ({ data: { authenticationContext } }) => {
      authenticationContext.user = made(authenticationContext.user as Record<string, unknown>);
    };
  };
  return [
    asEntra(
      "guest",
      "a guest, about whom little is known",
      user(({ id }) => ({ id, userType: "Guest" })),
    ),
    asEntra(
      "nulls",
      "null for what has no value",
      user((given) => ({ ...given, displayName: null, mail: null, userPrincipalName: email })),
    ),
    asEntra(
      "unicode",
      "a name in Hangul, with an emoji",
      user((given) => ({ ...given, displayName: "박지우 \u{1F642}" })),
    ),
  ];
}

/** People as no attribute event brings them. */
function oddPersonProbes(oddly: Oddly): readonly Probe[] {
  return [
    oddly("no-identities", "nobody signed in", ({ data }) => delete data.userSignUpInfo.identities),
    oddly("wrong-type", "a text where the directory keeps a number", ({ data }) => {
      Object.assign(data.userSignUpInfo.attributes[SEATS] ?? {}, { value: "many" });
    }),
    oddly("unknown-type", "a value of a type that there is none of", ({ data }) => {
      Object.assign(data.userSignUpInfo.attributes[SEATS] ?? {}, { "@odata.type": "microsoft.graph.dateDirectoryAttributeValue" });
    }),
  ];
}

/** Callers that are not Entra. */
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
        ...(id.endsWith("-azp") && { defects: { "token.refused": sampleDefects.anyParty } }),
        async call() {
          const forged = await make(target);
          return typeof forged === "string" ? withHeaders(good, { authorization: `Bearer ${forged}` }) : forged;
        },
      }),
    ),
  ];
}

function otherStep(step: ExtensionTarget["step"]): ExtensionTarget["step"] {
  return step === "before-create-user" ? "after-sign-in" : "before-create-user";
}

function nameTenant(id: string | undefined): Change {
  return ({ data }) => {
    if (id === undefined) delete data.tenantId;
    else data.tenantId = id;
  };
}

const toOtpSend: Change = (draft) => {
  draft.type = "microsoft.graph.authenticationEvent.emailOtpSend";
  draft.data["@odata.type"] = "microsoft.graph.onOtpSendCalloutData";
  draft.data.otpContext = { identifier: "conformance@example.com", oneTimeCode: "48213907" };
};

/** What Entra sends in a normal case. */
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
  const known = step === "before-create-user" ? { ...names, ...form } : names;
  return extensionRequest(step, person, known, { tenantId, correlationId: randomUUID() });
}
