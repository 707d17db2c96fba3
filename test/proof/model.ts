import { journeyKey, personOf } from "./address";
import { isAskedLater, rulesAt, trustAt } from "./admit";
import { decideOn, filledIn, putBack } from "./approval-rules";
import { end, invite } from "./invited";
import { besideOurs, bestOf, localesOf, textFor } from "./language";
import { type Posture, postureOf } from "./posture";
import { counts, judges, needsOf, preparedBy } from "./rules";
import type { Kept, Outcome, PolicySpec, RuleSpec, Scenario, SignUpCall, TextSpec, Value, Values } from "./scenario";
import { type Answer, emptyState, gateOf, isUnread, type Said, type SignUp, type State, type Trouble } from "./state";
import { askedBy, type Words } from "./words";

/** The second engine: what docs/policy.md and the pages it links say, written down by somebody who had not read the first. */
export function modelOutcomes({ policy, rows, events }: Scenario, words: Words): readonly Outcome[] {
  const state = emptyState(rows);
  return events.flatMap((each) => {
    if ("tenant" in each) return [{ ...outcomeOf(each, policy, state, words), kept: keptIn(state) }];
    if ("decide" in each) decideOn(each, state);
    else if ("invite" in each) invite(each, state);
    else end(each, state);
    return [];
  });
}

function keptIn({ used, admitted, accepted, requests, invitations, surges }: State): Kept {
  const counts = (sets: ReadonlyMap<string, ReadonlySet<string>>) =>
    [...sets].flatMap(([key, people]) => (people.size > 0 ? [`${key.split(" ")[0]} ${people.size}`] : [])).sort();
  const invited = [...invitations.values()].map(({ state }) => `invitation ${state}`);
  const states = [...[...requests.values()].map(({ state }) => state), ...invited].sort();
  const gates = [...surges].map(([gate, { until }]) => `${gate} ${new Date(until).toISOString()}`).sort();
  return { used: counts(used), admitted: counts(admitted), terms: counts(accepted), requests: states, gates };
}

function outcomeOf(call: SignUpCall, policy: PolicySpec, state: State, words: Words): Omit<Outcome, "kept"> {
  const said = decide(call, policy, state, isAskedLater(call, policy));
  if (said.kind === "continue") remember(call, state);
  const form = formOf(call);
  const voice = { wanted: localesOf(call), policy, words, form };
  switch (said.kind) {
    case "continue":
      return { kind: "continue", reasons: [], attributes: changes(call, said.attributes, form), text: "", fields: {} };
    case "block": {
      const text = `${reasonText(said.reason, said.values ?? {}, voice, said.text)} ${frame("reference", voice)}`;
      return { kind: "block", reasons: [said.reason], attributes: {}, text, fields: {} };
    }
    case "invalid":
      return { kind: "invalid", reasons: said.problems.map(({ reason }) => reason), attributes: {}, ...corrections(said.problems, voice) };
  }
}

/** What a provider says before the form counts for an hour. */
function remember(call: SignUpCall, state: State): void {
  if (call.tenant !== "external-tenant" || call.step !== "after-sign-in" || call.address !== "attribute") return;
  const { address } = personOf(call, state.journeys, "any");
  if (address !== undefined) state.journeys.set(journeyKey(call), { address: address.whole, until: call.at + 3_600_000 });
}

function decide(call: SignUpCall, policy: PolicySpec, state: State, isAskedLater: boolean): Said {
  const specs = rulesAt(policy, call.step);
  const person = personOf(call, state.journeys, trustAt(policy, call.step));
  const sendsAddress = !(call.address === "none" && call.issuer !== "mail");
  if (sendsAddress && person.address === undefined) return { kind: "block", reason: "request.email" };
  const attributes = preparedBy(specs, filledIn(call.attributes));
  const signUp = {
    call,
    person,
    now: call.at,
    attributes,
    kept: {},
    findings: {},
    ...{ referred: false, waits: false, isInvited: false, isAskedLater },
    hasProblems: false,
    guessed: new Set<string>(),
  };
  const posture = isUnread(call, "decisions") ? "listed" : postureOf(gateOf(call), state, call.at);
  return guarded(call, posture, signUp, specs, state);
}

/** A gate that is not open keeps people out whom the rules let in. */
function guarded(call: SignUpCall, posture: Posture, signUp: SignUp, specs: readonly RuleSpec[], state: State): Said {
  // Whether a provider has proven an address that may have been typed is in the ledger too.
  const asProven = { ...signUp, person: { ...signUp.person, typed: false } };
  const needed = specs.flatMap((spec) => [...needsOf(spec, signUp), ...needsOf(spec, asProven)]);
  const readsNothing = needed.length === 0 && !specs.some((spec) => counts(spec, signUp)) && isUnread(call, "decisions");
  if (readsNothing || needed.some((table) => isUnread(call, table))) return { kind: "block", reason: "gatehouse.unavailable" };
  if (posture === "closed") return { kind: "block", reason: "posture.closed" };
  const isLast = call.step === "before-create-user";
  const hasApproval = specs.some(({ rule }) => rule === "requestApproval");
  const acts = posture === "approval" && !(isLast && hasApproval) ? (isLast ? "listed" : "open") : posture;
  return evaluated(specs, signUp, state, acts);
}

/** Why the gate keeps somebody out whom the rules let in. */
function keptOut(posture: Posture, { call, findings }: SignUp, specs: readonly RuleSpec[]): Said | undefined {
  if (posture !== "listed" || findings.listed === "allow") return undefined;
  const isJudged = call.step === "before-create-user" || specs.some(({ rule }) => rule === "accessList");
  return isJudged ? { kind: "block", reason: "posture.listed" } : undefined;
}

/** Rules decide in order, on the values that an approver has approved. */
function evaluated(specs: readonly RuleSpec[], given: SignUp, state: State, posture: Posture): Said {
  const answers: Answer[] = [];
  const kept = specs.some(({ rule }) => rule === "requestApproval") ? putBack(given, state) : {};
  const signUp = { ...given, kept, attributes: { ...given.attributes, ...kept } };
  let request: Extract<Answer, { readonly kind: "block" }> | undefined;
  for (const spec of specs) {
    if (spec.rule === "requestApproval" && posture === "approval" && signUp.findings.listed !== "allow") signUp.referred = true;
    // Rows for a value that an earlier rule has set are read now.
    if (needsOf(spec, signUp).some((table) => isUnread(signUp.call, table))) return { kind: "block", reason: "gatehouse.unavailable" };
    const answer = asked(spec, signUp, state);
    if (answer.kind === "block" && answer.later === undefined) return answer;
    if (answer.kind === "block") {
      request = answer;
      break;
    }
    const out = spec.rule === "accessList" ? keptOut(posture, signUp, specs) : undefined;
    if (out !== undefined) return out;
    answers.push(answer);
  }
  const out = keptOut(posture, signUp, specs);
  if (out !== undefined) return out;
  const problems = answers.flatMap((answer) => (answer.kind === "invalid" ? answer.problems : []));
  if (problems.length > 0) return { kind: "invalid", problems };
  const { unwritten = [] } = signUp.call;
  const effects = answers.flatMap(({ effect, effectInside, into = "ledger" }) =>
    [effect, request === undefined ? effectInside : undefined].flatMap((each) => (each === undefined ? [] : [{ each, into }])),
  );
  if (request?.later !== undefined) effects.push({ each: request.later, into: "approvals" });
  if (effects.some(({ into }) => unwritten.includes(into))) return { kind: "block", reason: "gatehouse.unavailable" };
  for (const { each } of effects) each();
  return request ?? { kind: "continue", attributes: signUp.attributes };
}

function asked(spec: RuleSpec, signUp: SignUp, state: State): Answer {
  const answer = judges[spec.rule](spec as never, signUp, state);
  if (answer.kind === "continue") {
    Object.assign(signUp.attributes, answer.attributes, signUp.kept);
    Object.assign(signUp.findings, answer.findings);
    if (answer.referred) signUp.referred = true;
    if (answer.waits) signUp.waits = true;
    if (answer.invited) Object.assign(signUp, { isInvited: true, waits: false });
  }
  if (answer.kind === "invalid") signUp.hasProblems = true;
  return answer;
}

/** Attributes that an external tenant's form collects; undefined where an answer can set any. */
function formOf({ tenant, attributes, collects, address, issuer }: SignUpCall): ReadonlySet<string> | undefined {
  const email = address === "attribute" && issuer !== "mail" ? ["email"] : [];
  return tenant === "external-tenant" ? new Set([...Object.keys(attributes), ...collects, ...email]) : undefined;
}

function changes({ attributes: typed }: SignUpCall, attributes: Values, form: ReadonlySet<string> | undefined): Values {
  const changed = Object.entries(attributes).filter(([name, value]) => value !== (typed[name] ?? ""));
  return Object.fromEntries(changed.filter(([name]) => form === undefined || form.has(name)));
}

type Voice = { wanted: readonly string[]; policy: PolicySpec; words: Words; form: ReadonlySet<string> | undefined };

/** The policy's text, else Gatehouse's. */
function reasonText(reason: string, values: Readonly<Record<string, Value>>, { policy, words, wanted }: Voice, which?: string): string {
  const own: TextSpec | undefined = policy.messages[reason];
  const ours = (language: string) => filled(words.reason(which ?? reason, language), values);
  return own === undefined ? ours(languageFor(wanted, words)) : textFor(besideOurs(own, inEach(ours, words)), wanted);
}

/** Gatehouse's text in each language that has one. */
function inEach(textIn: (language: string) => string | undefined, { languages }: Words): Readonly<Record<string, string>> {
  const texts = languages.map((language) => [language, textIn(language)] as const);
  return Object.fromEntries(
    texts.flatMap(([language, text]) => (text === undefined || /^no text for/.test(text) ? [] : [[language, text]])),
  );
}

const languageFor = (wanted: readonly string[], words: Words): string => bestOf(wanted, words.languages) ?? "en";

function filled(text: string, values: Readonly<Record<string, Value>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

function frame(name: Parameters<Words["frame"]>[0], { wanted, words }: Voice, values: Readonly<Record<string, string>> = {}): string {
  return filled(words.frame(name, languageFor(wanted, words)), { reference: "<code>", ...values });
}

/** At each field in an external tenant, in one text elsewhere. */
function corrections(problems: readonly Trouble[], voice: Voice) {
  const { form, words, wanted } = voice;
  const textOf = ({ reason, text, count }: Trouble) => {
    if (text === undefined) return reasonText(reason, {}, voice);
    const ours = (language: string) => filled(words.schema(text, language), { count: count ?? 0 });
    const own = voice.policy.messages[reason];
    return own === undefined ? ours(languageFor(wanted, words)) : textFor(besideOurs(own, inEach(ours, words)), wanted);
  };
  const named = (problem: Trouble) => {
    const [text, { attribute }] = [textOf(problem), problem];
    const whole = attribute === undefined ? text : frame("problem", voice, { attribute: labelOf(attribute, voice), problem: text });
    return sentence(whole, voice);
  };
  const inForm = problems.filter(({ attribute = "" }) => form?.has(attribute));
  const atField = (name: string) => inForm.filter(({ attribute }) => attribute === name).map((problem) => sentence(textOf(problem), voice));
  const fields = Object.fromEntries(inForm.map(({ attribute = "" }) => [attribute, [...new Set(atField(attribute))].join(" ")]));
  const outside = new Set(problems.filter((each) => !inForm.includes(each)).map(named));
  const above = [...outside, ...(inForm.length > 0 ? [frame("correctFields", voice)] : [])];
  return { text: `${above.join(" ")} ${frame("reference", voice)}`, fields };
}

/** A text that ends without a mark gets one, since others follow. */
function sentence(text: string, { wanted, words }: Voice): string {
  return /[.!?。！？…]$/u.test(text) ? text : `${text}${words.frame("fullStop", languageFor(wanted, words))}`;
}

function labelOf(attribute: string, { policy, words, wanted }: Voice): string {
  const asking = rulesAt(policy, "before-create-user")
    .map(askedBy)
    .findLast((each) => each?.attribute === attribute)?.rule;
  const ours = (language: string) => (asking === undefined ? words.label(attribute, language) : words.ruleLabel(asking, language));
  const own = policy.labels[attribute];
  if (own !== undefined) return textFor(besideOurs(own, inEach(ours, words)), wanted);
  return ours(languageFor(wanted, words)) ?? attribute.replace(/^extension_/, "");
}
