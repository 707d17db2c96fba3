import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import { csvText } from "../../../engine/access-list/files/row";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { readReference } from "../../../engine/sign-up/call";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { ruleOf } from "../../../engine/sign-up/policy";
import { steps } from "../../../engine/sign-up/sign-up";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { type ExportedFile, exportFile, showParts } from "../../parts/exported-file";
import { Alert, type FieldProblem, problemOf, QueryField, SearchRefusal } from "../../parts/forms";
import { GateField } from "../../parts/gates";
import { Pager, pageAsked, StalePage } from "../../parts/paging";
import { ViewDone, type ViewedPage, ViewMenu, viewRoutes, viewTabs } from "../../parts/saved-views";
import { capitalised } from "../../parts/value";
import {
  type DecisionSearch,
  decisionAsks,
  decisionSource,
  type FoundDecision,
  moreFields,
  searchAsked,
  searchOf,
  verdicts,
  withIssuers,
  zoneOfDays,
} from "./decision-search";
import { DecisionsTable } from "./decisions-table";
import { decisionsTexts } from "./decisions-texts";
import { oneDecision } from "./one-decision";

async function list(visit: Visit): Promise<Response> {
  const t = visit.say(decisionsTexts);
  const typed = visit.query("reference");
  const reference = readReference(typed);
  if (reference !== undefined) return visit.goTo(`/decisions/${reference}`);
  const search = searchOf(visit);
  const problems = [
    ...(typed === "" ? [] : [{ field: "reference", text: t.badReference }]),
    ...("problems" in search ? search.problems : []),
  ];
  if (problems.length > 0 || "problems" in search) {
    const content = (
      <>
        <SearchRefusal visit={visit} problems={problems} />
        <SearchForm visit={visit} problems={problems} />
      </>
    );
    return await visit.page(t.title, content, { status: 400 });
  }
  const page = await pageAsked(visit, decisionSource(visit, search));
  const tabs = await viewTabs(visit, viewed);
  return await visit.page(
    t.title,
    <>
      <ViewDone visit={visit} />
      <p class="actions">
        {tabs.map(({ name, href, current }) => (
          <a href={href} aria-current={current ? "page" : undefined}>
            {name}
          </a>
        ))}
      </p>
      <ViewMenu visit={visit} page={viewed} tabs={tabs} />
      <SearchForm visit={visit} />
      <StalePage visit={visit} page={page} />
      <DecisionsTable visit={visit} records={page.items} address={t.email} caption={t.results} empty={t.none} />
      <Pager visit={visit} page={page} />
      <p class="actions">
        <a class="button quiet" href={`/decisions/export.csv?${searchAsked(visit)}`}>
          {t.exportLink}
        </a>
      </p>
    </>,
  );
}

interface FormProps {
  readonly visit: Visit;
  /** Why nothing was searched for. */
  readonly problems?: readonly FieldProblem[];
}

function SearchForm({ visit, problems = [] }: FormProps) {
  const of = (name: string) => ({ visit, name, problem: problemOf(problems, name) });
  const t = visit.say(decisionsTexts);
  const names = visit.say(decisionWords).verdicts;
  const zone = zoneOfDays(visit);
  return (
    <form class="card" method="get" action="/decisions" aria-label={t.find}>
      <input type="hidden" name="zone" value={zone} />
      <div class="fields">
        <div>
          <QueryField {...of("reference")} label={t.reference} hint={t.referenceHint} placeholder="K7QD-9MXD" />
        </div>
        <div>
          <QueryField {...of("email")} label={t.email} />
        </div>
        <div>
          <QueryField {...of("from")} label={t.from(zone)} type="date" />
        </div>
        <div>
          <QueryField {...of("to")} label={t.to(zone)} type="date" />
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
        <MoreFields visit={visit} problems={problems} />
      </details>
      <button type="submit">{t.search}</button>
    </form>
  );
}

function MoreFields({ visit, problems = [] }: FormProps) {
  const t = visit.say(decisionsTexts);
  const w = visit.say(decisionWords);
  const { world } = visit;
  const rules = new Set(
    world.gates.flatMap((gate) => world.policiesAt(gate).flatMap((policy) => policy.rules.map((each) => ruleOf(each).name))),
  );
  const field = (name: (typeof moreFields)[number], label: string, hint?: string) => (
    <div>
      <QueryField
        visit={visit}
        name={name}
        label={label}
        hint={hint}
        problem={problemOf(problems, name)}
        list={name === "rule" ? "rules" : undefined}
      />
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
      {field("issuer", t.issuer, t.issuerHint)}
    </div>
  );
}

const columns = {
  reference: ({ reference }) => reference,
  at: ({ at }) => at,
  step: ({ step }) => step,
  gate: ({ gate = DEFAULT_GATE }) => gate,
  email: ({ email = "" }) => email,
  verdict: ({ verdict }) => verdict,
  rule: ({ rule = "" }) => rule,
  reasons: ({ reasons }) => reasons.join(" "),
  entry: ({ entry = "" }) => entry,
  durationMs: ({ durationMs }) => String(durationMs),
  issuers: ({ issuers = [] }) => issuers.join(" "),
} as const satisfies Readonly<Record<string, (record: FoundDecision) => string>>;

/** The decisions that a search finds, newest first. */
function decisionsFile(visit: Visit, search: DecisionSearch): ExportedFile<DecisionPlace> {
  const { read, matches } = decisionSource(visit, search);
  const asked = searchAsked(visit);
  return {
    name: "decisions",
    ending: "csv",
    path: `/decisions/export.csv?${asked}`,
    partsPath: `/decisions/export?${asked}`,
    header: csvText(Object.keys(columns)),
    action: "decisions.exported",
    async *pages(from) {
      for (let place = from, isLast = false; !isLast; ) {
        const { items, next, unreadable } = await read(place);
        const found = items.filter(matches);
        // A search by provider has read them.
        const whole = search.issuer === undefined ? await withIssuers(visit, found) : found;
        yield { text: whole.map(lineOf).join(""), rows: found.length, unreadable, next };
        place = next;
        isLast = next === undefined;
      }
    },
  };
}

function lineOf(record: FoundDecision): string {
  return csvText(Object.values(columns).map((cell) => cell(record)));
}

async function exported(visit: Visit, make: (search: DecisionSearch) => Promise<Response>): Promise<Response> {
  const t = visit.say(decisionsTexts);
  const search = searchOf(visit);
  if (!("problems" in search)) return await make(search);
  const content = (
    <>
      <Alert>
        {[...new Set(search.problems.map(({ text }) => text))].map((text) => (
          <p>{text}</p>
        ))}
      </Alert>
      <BackToSearch visit={visit} />
    </>
  );
  return await visit.page(t.export.title, content, { status: 400 });
}

function BackToSearch({ visit }: { readonly visit: Visit }) {
  return (
    <p>
      <a href={`/decisions?${searchAsked(visit)}`}>{visit.say(decisionsTexts).back}</a>
    </p>
  );
}

const exportCsv = (visit: Visit) =>
  exported(visit, (search) => exportFile(visit, decisionsFile(visit, search), visit.say(decisionsTexts).export));

const showExport = (visit: Visit) =>
  exported(visit, (search) =>
    showParts(visit, decisionsFile(visit, search), {
      words: visit.say(decisionsTexts).export,
      back: <BackToSearch visit={visit} />,
    }),
  );

const viewed: ViewedPage = { name: "decisions", path: "/decisions", filters: Object.keys(decisionAsks) };

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/decisions", access: "Reader", asks: decisionAsks, handler: list },
  { method: "GET", path: "/decisions/export.csv", access: "Reader", asks: decisionAsks, handler: exportCsv },
  { method: "GET", path: "/decisions/export", access: "Reader", asks: decisionAsks, handler: showExport },
  { method: "GET", path: "/decisions/:reference", access: "Reader", handler: oneDecision },
  ...viewRoutes(viewed),
];
