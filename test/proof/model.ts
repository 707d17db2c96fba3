import { journeyKey, personOf } from "./address";
import { bestOf, textFor } from "./language";
import { preparedBy, rules } from "./rules";
import type { Outcome, PolicySpec, RuleSpec, Scenario, SignUpCall, TextSpec, Value, Values } from "./scenario";
import type { Said, SignUp, State } from "./state";
import type { Words } from "./words";

/** The second engine: what docs/policy.md and the pages it links say, written down by somebody who had not read the first. */
export function modelOutcomes({ policy, rows, events }: Scenario, words: Words): readonly Outcome[] {
  const state: State = { rows, journeys: new Map() };
  return events.map((call) => outcomeOf(call, policy, state, words));
}

function outcomeOf(call: SignUpCall, policy: PolicySpec, state: State, words: Words): Outcome {
  const said = decide(call, policy.rules[call.step], state);
  if (said.kind === "continue") remember(call, state);
  const form = formOf(call);
  const voice = { wanted: localesOf(call), policy, words, form };
  switch (said.kind) {
    case "continue":
      return { kind: "continue", reasons: [], attributes: changes(call, said.attributes, form), text: "", fields: {} };
    case "block": {
      const text = `${reasonText(said.reason, said.values ?? {}, voice)} ${frame("reference", voice)}`;
      return { kind: "block", reasons: [said.reason], attributes: {}, text, fields: {} };
    }
    case "invalid":
      return { kind: "invalid", reasons: said.problems.map(({ reason }) => reason), attributes: {}, ...corrections(said.problems, voice) };
  }
}

/** What a provider says before the form counts for an hour. */
function remember(call: SignUpCall, state: State): void {
  if (call.tenant !== "external-tenant" || call.step !== "after-sign-in" || call.address !== "attribute") return;
  const { address } = personOf(call, state.journeys);
  if (address !== undefined) state.journeys.set(journeyKey(call), { address: address.whole, until: call.at + 3_600_000 });
}

function decide(call: SignUpCall, specs: readonly RuleSpec[], state: State): Said {
  const person = personOf(call, state.journeys);
  const sendsAddress = !(call.address === "none" && call.issuer !== "mail");
  if (sendsAddress && person.address === undefined) return { kind: "block", reason: "request.email" };
  const typed = Object.fromEntries(Object.entries(call.attributes).filter(([, value]) => value !== ""));
  const attributes = preparedBy(specs, typed);
  const signUp: SignUp = { call, person, now: call.at, attributes, findings: {} };
  const problems: { attribute: string; reason: string; text?: string }[] = [];
  for (const spec of specs) {
    const answer = rules(spec, signUp, state);
    if (answer.kind === "block") return answer;
    if (answer.kind === "invalid") problems.push(...answer.problems);
    else {
      Object.assign(signUp.attributes, answer.attributes);
      Object.assign(signUp.findings, answer.findings);
    }
  }
  return problems.length > 0 ? { kind: "invalid", problems } : { kind: "continue", attributes };
}

/** Attributes that an external tenant's form collects; undefined where an answer can set any. */
function formOf({ tenant, attributes, collects, address, issuer }: SignUpCall): ReadonlySet<string> | undefined {
  const email = address === "attribute" && issuer !== "mail" ? ["email"] : [];
  return tenant === "external-tenant" ? new Set([...Object.keys(attributes), ...collects, ...email]) : undefined;
}

function localesOf({ tenant, locales }: SignUpCall): readonly string[] {
  return tenant === "external-tenant" ? [locales[0] ?? "en-us"] : locales.slice(0, 16);
}

function changes({ attributes: typed }: SignUpCall, attributes: Values, form: ReadonlySet<string> | undefined): Values {
  const changed = Object.entries(attributes).filter(
    ([name, value]) => typed[name] !== value && !(value === "" && typed[name] === undefined),
  );
  return Object.fromEntries(changed.filter(([name]) => form === undefined || form.has(name)));
}

interface Voice {
  readonly wanted: readonly string[];
  readonly policy: PolicySpec;
  readonly words: Words;
  readonly form: ReadonlySet<string> | undefined;
}

/** The policy's text, else Gatehouse's. */
function reasonText(reason: string, values: Readonly<Record<string, Value>>, { policy, words, wanted }: Voice): string {
  const own: TextSpec | undefined = policy.messages[reason];
  const text = own === undefined ? words.reason(reason, languageFor(wanted, words)) : textFor(own, wanted);
  return own === undefined ? filled(text, values) : text;
}

function languageFor(wanted: readonly string[], words: Words): string {
  return bestOf(wanted, words.languages) ?? "en";
}

function filled(text: string, values: Readonly<Record<string, Value>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
}

function frame(name: Parameters<Words["frame"]>[0], { wanted, words }: Voice, values: Readonly<Record<string, string>> = {}): string {
  return filled(words.frame(name, languageFor(wanted, words)), { reference: "<code>", ...values });
}

/** At each field in an external tenant, in one text elsewhere. */
function corrections(problems: readonly { attribute: string; reason: string; text?: string; count?: number }[], voice: Voice) {
  const { form, words, wanted } = voice;
  const textOf = ({ reason, text, count }: (typeof problems)[number]) =>
    text === undefined || voice.policy.messages[reason] !== undefined
      ? reasonText(reason, {}, voice)
      : filled(words.schema(text, languageFor(wanted, words)), { count: count ?? 0 });
  const named = (problem: (typeof problems)[number]) =>
    sentence(frame("problem", voice, { attribute: labelOf(problem.attribute, voice), problem: textOf(problem) }), voice);
  const inForm = problems.filter(({ attribute }) => form?.has(attribute));
  const outside = problems.filter(({ attribute }) => !form?.has(attribute));
  const atField = (name: string) => inForm.filter(({ attribute }) => attribute === name).map((problem) => sentence(textOf(problem), voice));
  const fields = Object.fromEntries(inForm.map(({ attribute }) => [attribute, [...new Set(atField(attribute))].join(" ")]));
  const above = [...new Set(outside.map(named)), ...(inForm.length > 0 ? [frame("correctFields", voice)] : [])];
  return { text: `${above.join(" ")} ${frame("reference", voice)}`, fields };
}

/** A text that ends without a mark gets one, since others follow. */
function sentence(text: string, { wanted, words }: Voice): string {
  return /[.!?。！？…]$/u.test(text) ? text : `${text}${words.frame("fullStop", languageFor(wanted, words))}`;
}

function labelOf(attribute: string, { policy, words, wanted }: Voice): string {
  const own = policy.labels[attribute];
  if (own !== undefined) return textFor(own, wanted);
  return words.label(attribute, languageFor(wanted, words)) ?? attribute.replace(/^extension_/, "");
}
