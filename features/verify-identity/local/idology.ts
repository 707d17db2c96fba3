import type { LocalServer } from "../../../local/aws/server";
import { xml } from "../../../local/stand-ins/misbehaviours";
import {
  mediaType,
  type Received,
  type StandInAnswer,
  serveSystem,
  type VendorStandIn,
  type Watch,
} from "../../../local/stand-ins/outside-system";

/** Returns the valid login. Undefined if the policy has no secret for this vendor: then every login passes. */
export type Login = () => { readonly username?: unknown; readonly password?: unknown } | undefined;

const PATH = "/api/idiq.svc";

const requiredFields = ["username", "password", "firstName", "lastName", "address"];
const fieldShapes: Readonly<Record<string, RegExp>> = {
  username: /^.{1,128}$/su,
  password: /^.{1,255}$/su,
  firstName: /\S/,
  lastName: /\S/,
  address: /\S/,
  city: /\S/,
  state: /^[A-Z]{2}$/,
  zip: /^\d{5}$/,
  dobMonth: /^(0[1-9]|1[0-2])$/,
  dobYear: /^\d{4}$/,
  ssnLast4: /^\d{4}$/,
  telephone: /^\d{10}$/,
  email: /^\S+@\S+$/,
  ipAddress: /^[\d.]+$/,
  invoice: /\S/,
  uid: /\S/,
};

/** Keys of `summary-result` and `results` in the answer. A person on a watch list has "result.match.restricted". */
interface Decision {
  readonly summary?: "id.success" | "id.failure" | "id.partial";
  readonly results: "result.match" | "result.no.match" | "result.match.restricted";
}

const verifiedDecision: Decision = { summary: "id.success", results: "result.match" };

const decisions: Readonly<Record<string, Decision>> = {
  failure: { summary: "id.failure", results: "result.no.match" },
  stop: { summary: "id.failure", results: "result.no.match" },
  partial: { summary: "id.partial", results: "result.match" },
  refer: { summary: "id.partial", results: "result.match" },
  restricted: { summary: "id.success", results: "result.match.restricted" },
  nodecision: { results: "result.match" },
};

const summaryMessages = { "id.success": "PASS", "id.failure": "FAIL", "id.partial": "PARTIAL" };
const resultMessages = {
  "result.match": "ID Located",
  "result.no.match": "ID Not Located",
  "result.match.restricted": "result.match.restricted",
};

/** Stand-in for IDology ExpectID by the public part of the vendor's contract. The decision depends on the form's `lastName`. */
export function serveIdology(login: Login, watch: Watch = {}): Promise<LocalServer> {
  let transactions = 3_010_770_000;

  function answer(receivedRequest: Received): StandInAnswer {
    if (receivedRequest.method !== "POST" || receivedRequest.url.pathname !== PATH)
      return { status: 404, body: "", said: "404: no such address" };
    if (mediaType(receivedRequest) !== "application/x-www-form-urlencoded") return refusal("The request is not a form.");
    const form = new URLSearchParams(receivedRequest.body.toString("utf8"));
    const flaw = loginFlaw(form, login()) ?? formFlaw(form);
    const about = form.get("lastName") ?? "";
    const key = about.trim().toLowerCase();
    if (flaw !== undefined) return refusal(flaw);
    if (key === "error") return refusal("Your IP address is not registered.");
    const decision = (Object.hasOwn(decisions, key) ? decisions[key] : undefined) ?? verifiedDecision;
    transactions += 1;
    return { status: 200, body: document(decisionXml(decision, transactions)), said: decision.summary ?? "no summary", about: [about] };
  }

  return serveSystem(xml, answer, watch);
}

export const idologyStandIn: VendorStandIn = { name: "idology", serve: serveIdology };

function loginFlaw(form: URLSearchParams, login: ReturnType<Login>): string | undefined {
  if (login === undefined) return undefined;
  const hasLogin = form.get("username") === login.username && form.get("password") === login.password;
  return hasLogin ? undefined : "Invalid username and password.";
}

function formFlaw(form: URLSearchParams): string | undefined {
  const names = [...form.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `${Object.hasOwn(fieldShapes, twice) ? twice : "A field"} is there twice.`;
  const unknown = names.find((name) => !Object.hasOwn(fieldShapes, name));
  if (unknown !== undefined) return "There is a field that is not known.";
  const missing = requiredFields.find((name) => !form.has(name));
  if (missing !== undefined) return `${missing} is missing.`;
  const wrong = names.find((name) => !fieldShapes[name]?.test(form.get(name) ?? ""));
  return wrong === undefined ? undefined : `${wrong} is not valid.`;
}

/** Status 200, as in the vendor's examples: the vendor does not publish the status of such answers. */
function refusal(text: string): StandInAnswer {
  return { status: 200, body: document(`  <error>${text}</error>`), said: `error: ${text}` };
}

function decisionXml({ summary, results }: Decision, transaction: number): string {
  const pair = (name: string, key: string, message: string) => [
    `  <${name}>`,
    `    <key>${key}</key>`,
    `    <message>${message}</message>`,
  ];
  const isRestricted = results === "result.match.restricted";
  return [
    `  <id-number>${transaction}</id-number>`,
    ...(summary === undefined ? [] : [...pair("summary-result", summary, summaryMessages[summary]), "  </summary-result>"]),
    ...pair("results", results, resultMessages[results]),
    "  </results>",
    ...(isRestricted
      ? [...pair("restriction", "global.watch.list", "A name on a watch list"), "    <pa>Invented list</pa>", "  </restriction>"]
      : []),
  ].join("\n");
}

function document(content: string): string {
  return `<?xml version="1.0"?>\n<response>\n${content}\n</response>\n`;
}
