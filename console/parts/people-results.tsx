import type { ConsoleRoute, Visit } from "../app/visit";
import { frameTexts } from "../texts/frame-texts";
import { pageTexts } from "../texts/languages";
import { BackLink, refusalPage } from "./back-link";
import { Badge } from "./badge";
import { Alert, CopyButton, type HiddenFieldsProps, PostForm, SubmitButton } from "./forms";
import { PersonLink } from "./person-links";
import { Table } from "./table";
import { RowTime, zonedHeading } from "./time";
import { visible } from "./value";

// What came of a form about several people.

export interface PersonResult {
  /** The code of a request that is gone names nobody. */
  readonly email: string;
  /** Until when it is good now; absent where it was not done. */
  readonly until?: string | undefined;
  /** Of an invitation that was sent: it is shown once. */
  readonly code?: string | undefined;
  /** What was done, where that is not the same for all. */
  readonly did?: string;
  readonly why?: string;
}

export const resultTexts = pageTexts({
  people: ["People", "사람"],
  code: ["Code", "코드"],
  notDone: ["Not done", "처리하지 않음"],
  back: ["Back to people", "사람 목록으로"],
  backToList: ["Back to the list", "목록으로"],
  results: [
    (done: number, refused: number) => (refused === 0 ? `Done: ${done}` : `Done: ${done}. Not done: ${refused}.`),
    (done, refused) => (refused === 0 ? `처리됨: ${done}` : `처리됨: ${done}, 처리하지 않음: ${refused}`),
  ],
  result: ["What came of it", "결과"],
  until: ["Until", "기한"],
  copyCodes: ["Copy addresses and codes", "주소와 코드 복사"],
  copied: ["Copied", "복사됨"],
  noResults: ["These results are not kept any more", "결과가 더 이상 없습니다"],
  noResultsWhy: ["They are shown to whoever sent the form, until they sign out.", "결과는 보낸 사람에게 로그아웃할 때까지 표시합니다."],
  isDone: ["Done", "처리됨"],
  keepCodes: [
    "Each mail has its code. The codes are shown here alone, until you sign out: copy them now if you hand them out yourself.",
    "메일마다 코드가 들어 있습니다. 코드는 지금만 표시됩니다. 직접 전달하려면 복사해 두세요.",
  ],
});

/** Of the results of one form, which a reload shows again and never sends again. */
const RESULTS_PATH = "/people/results";

interface Report {
  readonly results: readonly PersonResult[];
  readonly back: string;
  /** The form that takes back what was done. */
  readonly undo?: { readonly text: string; readonly action: string; readonly fields: HiddenFieldsProps["fields"] } | undefined;
}

/** Leads to what came of each. Where that cannot be kept, it is shown at once: codes are shown nowhere else. */
export async function reportResults(
  visit: Visit,
  results: readonly PersonResult[],
  back: string,
  undo?: Report["undo"],
): Promise<Response> {
  const report: Report = { results, back, undo };
  const id = await visit.keepResult(report).catch(() => undefined);
  return id === undefined ? await showReport(visit, report) : visit.goTo(`${RESULTS_PATH}?${new URLSearchParams({ id })}`);
}

async function showResults(visit: Visit): Promise<Response> {
  // As `reportResults` kept it: what does not open is not ours.
  const report = (await visit.keptResult(visit.query("id"))) as Report | undefined;
  if (report !== undefined) return await showReport(visit, report);
  return await refusalPage(visit, {
    title: resultTexts.noResults,
    why: resultTexts.noResultsWhy,
    back: { path: "/people", text: resultTexts.back },
    status: 404,
  });
}

/** What came of each. Codes are shown here alone. */
async function showReport(visit: Visit, { results, back, undo }: Report): Promise<Response> {
  const refused = results.filter(({ why }) => why !== undefined).length;
  const codes = results.flatMap(({ email, code }) => (code === undefined ? [] : [`${email}\t${code}`]));
  const hasCodes = codes.length > 0;
  return await visit.page(
    resultTexts.results(results.length - refused, refused),
    <>
      {hasCodes ? (
        <Alert kind="warn">
          {resultTexts.keepCodes} <CopyButton text={codes.join("\n")} words={resultTexts.copyCodes} done={resultTexts.copied} />
        </Alert>
      ) : null}
      <Table
        caption={resultTexts.people}
        columns={[
          [frameTexts.person, ({ email }) => (email.includes("@") ? <PersonLink email={email} /> : visible(email))],
          [
            resultTexts.result,
            ({ why, did = resultTexts.isDone }) =>
              why === undefined ? <Badge tone="good">{did}</Badge> : [<Badge tone="bad">{resultTexts.notDone}</Badge>, " ", why],
          ],
          results.some(({ until }) => until !== undefined) && [
            zonedHeading(resultTexts.until, visit.now),
            ({ until }) => (until === undefined ? "" : <RowTime visit={visit} at={until} />),
          ],
          hasCodes && [resultTexts.code, ({ code }) => (code === undefined ? "" : <code>{code}</code>)],
        ]}
        rows={results}
      />
      {undo === undefined ? null : (
        <PostForm visit={visit} action={undo.action} hidden={undo.fields}>
          <SubmitButton text={undo.text} class="quiet" data-act="undo" />
        </PostForm>
      )}
      <BackLink path={back} text={back.startsWith("/people") ? resultTexts.back : resultTexts.backToList} />
    </>,
    { status: refused === results.length ? 409 : 200 },
  );
}

export const peopleResultsRoute: ConsoleRoute = {
  method: "GET",
  path: RESULTS_PATH,
  access: "Approver",
  asks: { id: "any" },
  handler: showResults,
};
