import type { ConsoleRoute, Visit } from "../app/visit";
import { frameTexts } from "../texts/frame-texts";
import { pageTexts } from "../texts/languages";
import { refusalPage } from "./back-link";
import { Badge } from "./badge";
import { Alert, ButtonLink, CopyButton, type HiddenFieldsProps, PostForm, SubmitButton } from "./forms";
import { PersonLink } from "./links";
import { Table } from "./table";
import { RowTime } from "./time";
import { visible } from "./value";
import { UNDO_PARAMETER, withQuery } from "./with-query";

export interface PersonResult {
  /** The person's address. For a request that no longer exists, the request's code. */
  readonly email: string;
  /** The new end; absent if nothing was done. */
  readonly until?: string | undefined;
  /** The code of a sent invitation, which is shown only once. */
  readonly code?: string | undefined;
  /** The effect, in a sentence. */
  readonly did?: string;
  readonly why?: string;
  readonly whyPath?: string;
}

export const resultTexts = pageTexts({
  notDone: ["Not done", "처리하지 않음"],
  back: ["Back to people", "사람 목록으로"],
  backToList: ["Back to the list", "목록으로"],
  count: [(count: number | string) => `${count} people`, (count) => `${count}명`],
  said: {
    invite: [(people: string) => `${people} invited`, (people) => `초대됨: ${people}`],
    resend: [(people: string) => `Invitation sent again to ${people}`, (people) => `초대를 다시 보냄: ${people}`],
    correct: [(people: string) => `Invitation sent to ${people} instead`, (people) => `초대를 올바른 주소로 보냄: ${people}`],
    extend: [(people: string) => `Invitation of ${people} extended`, (people) => `초대 연장됨: ${people}`],
    revoke: [(people: string) => `Invitation of ${people} revoked`, (people) => `초대 취소됨: ${people}`],
    "extend-access": [(people: string) => `Access of ${people} extended`, (people) => `이용 기한 연장됨: ${people}`],
    sponsor: [(people: string) => `Sponsor of ${people} changed`, (people) => `담당자 변경됨: ${people}`],
    "end-access": [
      (people: string) => `Access of ${people} ends now: sign-in may work for up to an hour`,
      (people) => `이용 종료: ${people}. 최대 한 시간 동안은 로그인될 수 있습니다`,
    ],
    undo: [(people: string) => `Undone for ${people}`, (people) => `실행 취소됨: ${people}`],
    approve: [(people: string) => `You approved ${people}`, (people) => `승인: ${people}`],
    deny: [(people: string) => `You denied ${people}`, (people) => `거부: ${people}`],
    reopen: [(people: string) => `Decision undone for ${people}`, (people) => `결정 실행 취소됨: ${people}`],
    retry: [(people: string) => `You tried again for ${people}`, (people) => `다시 시도: ${people}`],
  },
  undo: {
    undo: [(count: number) => (count === 1 ? "Undo" : `Undo ${count}`), (count) => (count === 1 ? "실행 취소" : `실행 취소 ${count}`)],
    revoke: [() => "Revoke…", () => "취소…"],
  },
  refused: [(people: string) => `Not done: ${people}`, (people) => `처리하지 않음: ${people}`],
  result: ["Result", "결과"],
  copyCodes: ["Copy addresses and codes", "주소와 코드 복사"],
  noResults: ["These results are not kept any more", "결과가 더 이상 없습니다"],
  noResultsWhy: ["Only the person who sent the form sees them, until they sign out.", "결과는 보낸 사람에게 로그아웃할 때까지 표시합니다."],
  isDone: ["Done", "처리됨"],
  keepCodes: [
    "Each mail has its code. The codes are shown here alone, until you sign out: copy them now if you hand them out yourself.",
    "메일마다 코드가 들어 있습니다. 코드는 지금만 표시됩니다. 직접 전달하려면 복사해 두세요.",
  ],
});

/** The path of the page with a form's results. A reload of the page shows the results again, and sends no form. */
const RESULTS_PATH = "/people/results";
/** A result names at most this many people, and counts the rest. */
const NAMED = 3;

interface Report {
  /** The key of a sentence in `resultTexts.said`. The sentence names everybody whose result has no `why`: for them, the act was done. */
  readonly said: keyof typeof resultTexts.said;
  readonly results: readonly PersonResult[];
  readonly back: string;
  /** Names of the form's drafts in the browser: see browser/draft.ts. @default none */
  readonly drafts?: readonly string[];
  readonly undo?: {
    readonly says: keyof typeof resultTexts.undo;
    readonly count: number;
    readonly action: string;
    readonly fields: HiddenFieldsProps["fields"];
  };
}

/**
 * Stores the results, and leads to a page that shows them. Results with a code or a refusal get the page at `path`. So do several results
 * with a new end date or different effects. All others appear at `form.back` (`JustDone`). If the results cannot be stored, the answer to
 * the form shows them, because codes are shown nowhere else.
 * @param path the path of a page that `showResults` makes. @default the page for approvers
 */
export async function reportResults(
  visit: Visit,
  results: readonly PersonResult[],
  form: Omit<Report, "results">,
  path = RESULTS_PATH,
): Promise<Response> {
  const report: Report = { ...form, results };
  const id = await visit.keepResult(report).catch(() => undefined);
  if (id === undefined) return await showReport(visit, report);
  const [first] = results;
  const isLikeFirst = ({ until, did }: PersonResult) => results.length === 1 || (until === undefined && did === first?.did);
  const isSaidThere = results.every((each) => each.code === undefined && each.why === undefined && isLikeFirst(each));
  return visit.goTo(
    isSaidThere ? withQuery(form.back, new URLSearchParams({ [UNDO_PARAMETER]: id })) : `${path}?${new URLSearchParams({ id })}`,
  );
}

async function keptReport(visit: Visit, parameter: "id" | typeof UNDO_PARAMETER): Promise<Report | undefined> {
  const storedReport = (await visit.keptResult(visit.query(parameter))) as Partial<Report> | undefined;
  return storedReport?.results && (storedReport as Report);
}

export async function JustDone({ visit }: { readonly visit: Visit }) {
  const report = await keptReport(visit, UNDO_PARAMETER);
  if (report === undefined) return null;
  const [{ did } = {}, ...others] = report.results;
  return (
    <Alert kind="good">
      <div class="actions">
        <p>
          {formatTitle(visit, report)}
          {did === undefined || others.length > 0 ? "" : `. ${did}`}
        </p>
        {undoForm(visit, report)}
      </div>
    </Alert>
  );
}

export async function showResults(visit: Visit): Promise<Response> {
  const report = await keptReport(visit, "id");
  if (report !== undefined) return await showReport(visit, report);
  return await refusalPage(visit, {
    title: resultTexts.noResults,
    why: resultTexts.noResultsWhy,
    back: { path: "/", text: frameTexts.home },
    status: 404,
  });
}

function formatTitle({ language }: Visit, { said, results }: Report): string {
  const doneResults = results.filter(({ why }) => why === undefined);
  const refusedResults = results.filter(({ why }) => why !== undefined);
  const people = (some: readonly PersonResult[]) =>
    some.length > NAMED ? resultTexts.count(some.length) : new Intl.ListFormat(language).format(some.map(({ email }) => visible(email)));
  return [
    ...(doneResults.length === 0 ? [] : [resultTexts.said[said](people(doneResults))]),
    ...(refusedResults.length === 0 ? [] : [resultTexts.refused(people(refusedResults))]),
  ].join(". ");
}

function undoForm(visit: Visit, { undo, drafts = [] }: Report) {
  return (
    <>
      {undo === undefined || undo.count === 0 ? null : (
        <PostForm visit={visit} action={undo.action} hidden={undo.fields} class="row-action">
          <SubmitButton text={resultTexts.undo[undo.says](undo.count)} class="quiet" data-act="undo" />
        </PostForm>
      )}
      {drafts.map((draft) => (
        <span hidden data-draft-done={draft} />
      ))}
    </>
  );
}

async function showReport(visit: Visit, report: Report): Promise<Response> {
  const { results, back } = report;
  const codes = results.flatMap(({ email, code }) => (code === undefined ? [] : [`${email}\t${code}`]));
  const hasCodes = codes.length > 0;
  return await visit.page(
    formatTitle(visit, report),
    <>
      <div class="actions">
        {undoForm(visit, report)}
        <ButtonLink path={back} text={back.startsWith("/people") ? resultTexts.back : resultTexts.backToList} />
      </div>
      {hasCodes ? (
        <Alert kind="warn">
          {resultTexts.keepCodes} <CopyButton text={codes.join("\n")} words={resultTexts.copyCodes} />
        </Alert>
      ) : null}
      <Table
        caption={frameTexts.people}
        columns={[
          [frameTexts.person, ({ email }) => (visit.may("Reader") && email.includes("@") ? <PersonLink email={email} /> : visible(email))],
          results.some(({ why, did }) => why !== undefined || did !== undefined) && [
            resultTexts.result,
            ({ why, whyPath, did = "" }) => [
              why === undefined ? <Badge tone="good">{resultTexts.isDone}</Badge> : <Badge tone="bad">{resultTexts.notDone}</Badge>,
              " ",
              whyPath === undefined ? (why ?? did) : <a href={whyPath}>{why}</a>,
            ],
          ],
          results.some(({ until }) => until !== undefined) && [
            frameTexts.until,
            ({ until }) => (until === undefined ? "" : <RowTime at={until} />),
          ],
          hasCodes && [frameTexts.code, ({ code }) => (code === undefined ? "" : <code>{code}</code>)],
        ]}
        rows={results}
      />
    </>,
    { status: results.every(({ why }) => why !== undefined) ? 409 : 200 },
  );
}

export const peopleResultsRoute: ConsoleRoute = {
  method: "GET",
  path: RESULTS_PATH,
  access: "Approver",
  asks: { id: "any" },
  handler: showResults,
};
