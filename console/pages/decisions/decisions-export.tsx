import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import { csvText } from "../../../engine/access-list/files/export-line";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { type ExportedFile, exportFile, showParts } from "../../exporting/exported-file";
import { Alert } from "../../parts/alert";
import {
  type DecisionSearch,
  decisionAsks,
  decisionSource,
  type FoundDecision,
  searchAsked,
  searchOf,
  withIssuers,
} from "./decision-search";
import { decisionsTexts } from "./decisions-texts";

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

export const routes: readonly ConsoleRoute[] = [
  { method: "GET", path: "/decisions/export.csv", access: "Reader", asks: decisionAsks, handler: exportCsv },
  { method: "GET", path: "/decisions/export", access: "Reader", asks: decisionAsks, handler: showExport },
];
