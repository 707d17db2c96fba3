import { afterOf, type DecisionPlace, type ListedDecision } from "../../../adapters/tables/decisions";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { normaliseDomain, normaliseEmail, partsOf } from "../../../engine/sign-up/email";
import { ruleOf } from "../../../engine/sign-up/policy";
import { readReference } from "../../../engine/sign-up/reference";
import { steps } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { pageAsked } from "../../paging/page-asked";
import { Pager, StalePage } from "../../paging/pager";
import { GateField, isAtAskedGate } from "../../parts/gates";
import { capitalised } from "../../parts/value";
import { clockTime, endOfDay, startOfDay, zoneFrom } from "../../parts/zone";
import { DecisionsTable } from "./decisions-table";
import { decisionsTexts } from "./decisions-texts";
import { oneDecision } from "./one-decision";

const DEFAULT_DAYS = 7;
const verdicts = ["continue", "block", "invalid"] as const;
/** Kept for no longer: nothing is older. */
const FIRST_DAY = "2020-01-01";

interface Search {
  readonly email: string | undefined;
  /** All that is asked for beside address, days and gate: each has to hold. */
  readonly filters: readonly ((record: ListedDecision) => boolean)[];
  readonly from: Date;
  readonly to: Date;
}

async function list(visit: Visit): Promise<Response> {
  const t = visit.say(decisionsTexts);
  const typed = visit.query("reference");
  const reference = readReference(typed);
  if (reference !== undefined) return visit.goTo(`/decisions/${reference}`);
  const search = typed === "" ? searchOf(visit) : { problem: t.badReference };
  if ("problem" in search) {
    const content = (
      <>
        <p class="note bad" role="alert">
          {search.problem}
        </p>
        <SearchForm visit={visit} />
      </>
    );
    return await visit.page(t.title, content, { status: 400 });
  }
  const page = await pageAsked<ListedDecision, DecisionPlace>(visit, {
    read: (place) => visit.world.decisions.page(search, place),
    after: afterOf,
    matches: (record) => isAtAskedGate(visit, record) && search.filters.every((fits) => fits(record)),
  });
  return await visit.page(
    t.title,
    <>
      <SearchForm visit={visit} />
      <StalePage visit={visit} page={page} />
      <DecisionsTable visit={visit} records={page.items} address={t.email} caption={t.results} empty={t.none} />
      <Pager visit={visit} page={page} />
    </>,
  );
}

/** The days are whole. */
function searchOf(visit: Visit): Search | { readonly problem: string } {
  const t = visit.say(decisionsTexts);
  const typed = visit.query("email");
  const email = typed === "" ? undefined : normaliseEmail(typed);
  if (typed !== "" && email === undefined) return { problem: t.badEmail };
  const domain = visit.query("domain") === "" ? undefined : normaliseDomain(visit.query("domain").replace(/^@/, ""));
  if (visit.query("domain") !== "" && domain === undefined) return { problem: t.badDomain };
  const zone = zoneOfDays(visit);
  const dayAgo = (days: number) => clockTime(new Date(visit.now.getTime() - days * MS_PER_DAY), zone).day;
  const lastDay = visit.query("to") || dayAgo(0);
  const from = startOfDay(visit.query("from") || (email === undefined ? dayAgo(DEFAULT_DAYS - 1) : FIRST_DAY), zone);
  const end = endOfDay(lastDay, zone);
  if (from === undefined || end === undefined || from > end) return { problem: t.badDays };
  const to = new Date(Math.min(end.getTime(), visit.now.getTime()));
  return { email, filters: filtersOf(visit, domain), from, to };
}

/** Whose days an address means: it says so itself, so that it means the same to a colleague elsewhere. Without days, the visitor's. */
function zoneOfDays(visit: Visit): string {
  const hasDays = visit.query("from") !== "" || visit.query("to") !== "";
  return hasDays ? zoneFrom(visit.query("zone")) : visit.zone;
}

function filtersOf(visit: Visit, domain: string | undefined): Search["filters"] {
  const asked = (name: string, fits: (record: ListedDecision, wanted: string) => boolean) => {
    const wanted = visit.query(name);
    return wanted === "" ? [] : [(record: ListedDecision) => fits(record, wanted)];
  };
  return [
    // What is none of the answers and steps asks for all of them.
    ...asked("verdict", ({ verdict }, wanted) => verdict === wanted || !verdicts.some((each) => each === wanted)),
    ...asked("step", ({ step }, wanted) => step === wanted || !steps.some((each) => each === wanted)),
    ...asked("rule", ({ rule }, wanted) => rule === wanted),
    ...asked("reason", ({ reasons }, wanted) => reasons.includes(wanted)),
    ...asked("entry", ({ entry }, wanted) => entry === wanted || entry === wanted.toLowerCase()),
    ...(domain === undefined ? [] : [({ email }: ListedDecision) => email !== undefined && partsOf(email).domain === domain]),
  ];
}

function SearchForm({ visit }: { readonly visit: Visit }) {
  const t = visit.say(decisionsTexts);
  const names = visit.say(decisionWords).verdicts;
  const zone = zoneOfDays(visit);
  return (
    <form class="card" method="get" action="/decisions" aria-label={t.find}>
      <input type="hidden" name="zone" value={zone} />
      <div class="fields">
        <div>
          <label for="reference">{t.reference}</label>
          <input
            id="reference"
            name="reference"
            value={visit.query("reference")}
            placeholder="K7QD-9MXD"
            aria-describedby="reference-hint"
          />
          <small id="reference-hint">{t.referenceHint}</small>
        </div>
        <div>
          <label for="email">{t.email}</label>
          <input id="email" name="email" value={visit.query("email")} autocomplete="off" spellcheck={false} />
        </div>
        <div>
          <label for="from">{t.from(zone)}</label>
          <input id="from" name="from" type="date" value={visit.query("from")} />
        </div>
        <div>
          <label for="to">{t.to(zone)}</label>
          <input id="to" name="to" type="date" value={visit.query("to")} />
        </div>
        <div>
          <label for="verdict">{t.verdict}</label>
          <select id="verdict" name="verdict">
            <option value="">{t.any}</option>
            {verdicts.map((each) => (
              <option value={each} selected={visit.query("verdict") === each}>
                {capitalised(names[each])}
              </option>
            ))}
          </select>
        </div>
        <GateField visit={visit} />
      </div>
      <details open={moreFields.some((name) => visit.query(name) !== "")}>
        <summary>{t.moreFields}</summary>
        <MoreFields visit={visit} />
      </details>
      <button type="submit">{t.search}</button>
    </form>
  );
}

const moreFields = ["step", "rule", "reason", "entry", "domain"] as const;

function MoreFields({ visit }: { readonly visit: Visit }) {
  const t = visit.say(decisionsTexts);
  const w = visit.say(decisionWords);
  const { world } = visit;
  const rules = new Set(
    world.gates.flatMap((gate) => world.policiesAt(gate).flatMap((policy) => policy.rules.map((each) => ruleOf(each).name))),
  );
  const field = (name: (typeof moreFields)[number], label: string, hint?: string) => (
    <div>
      <label for={name}>{label}</label>
      <input
        id={name}
        name={name}
        value={visit.query(name)}
        list={name === "rule" ? "rules" : undefined}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={hint === undefined ? undefined : `${name}-hint`}
      />
      {hint === undefined ? null : <small id={`${name}-hint`}>{hint}</small>}
    </div>
  );
  return (
    <div class="fields">
      <div>
        <label for="step">{t.step}</label>
        <select id="step" name="step">
          <option value="">{t.any}</option>
          {steps.map((each) => (
            <option value={each} selected={visit.query("step") === each}>
              {w.steps[each]}
            </option>
          ))}
        </select>
      </div>
      {field("rule", t.rule)}
      <datalist id="rules">
        {[...rules].map((rule) => (
          <option value={rule} />
        ))}
      </datalist>
      {field("reason", t.reasonCode, t.reasonHint)}
      {field("entry", t.entry, t.entryHint)}
      {field("domain", t.domain)}
    </div>
  );
}

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/decisions", access: "Reader", handler: list },
  { method: "GET", path: "/decisions/:reference", access: "Reader", handler: oneDecision },
];
