import type { DecisionPlace, ListedDecision } from "../../../adapters/tables/decisions";
import { csvText } from "../../../engine/access-list/files/export-line";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import type { ConsoleRoute, Visit } from "../../app/visit";
import { type ExportedFile, exportFile, showParts } from "../../exporting/exported-file";
import { Alert } from "../../parts/alert";
import { type DecisionSearch, decisionAsks, decisionSource, searchAsked, searchOf } from "./decision-search";
import { decisionsTexts } from "./decisions-texts";

/** Whole records read together: of each the provider alone is kept. */
const WHOLE_AT_ONCE = 100;

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
} as const satisfies Readonly<Record<string, (record: ExportedDecision) => string>>;

type ExportedDecision = ListedDecision & Pick<DecisionRecord, "issuers">;

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
        const { items, next } = await read(place);
        const found = items.filter(matches);
        yield { text: (await withIssuers(visit, found)).map(lineOf).join(""), rows: found.length, next };
        place = next;
        isLast = next === undefined;
      }
    },
  };
}

/** Lists do not say whom somebody signed in with: the records themselves are read. */
async function withIssuers({ world }: Visit, found: readonly ListedDecision[]): Promise<readonly ExportedDecision[]> {
  const issuersOf = new Map<string, DecisionRecord["issuers"]>();
  for (let start = 0; start < found.length; start += WHOLE_AT_ONCE) {
    const whole = await world.decisions.whole(found.slice(start, start + WHOLE_AT_ONCE));
    for (const { id, issuers } of whole) issuersOf.set(id, issuers);
  }
  return found.map((record) => ({ ...record, issuers: issuersOf.get(record.id) }));
}

function lineOf(record: ExportedDecision): string {
  return csvText(Object.values(columns).map((cell) => cell(record)));
}

async function exported(visit: Visit, make: (search: DecisionSearch) => Promise<Response>): Promise<Response> {
  const t = visit.say(decisionsTexts);
  const search = searchOf(visit);
  if (!("problem" in search)) return await make(search);
  const content = (
    <>
      <Alert>{search.problem.text}</Alert>
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
