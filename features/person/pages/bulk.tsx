import { ownPath } from "../../../console/app/frame";
import type { Visit } from "../../../console/app/visit";
import { CancelLink, ConfirmQuestion, refusalPage } from "../../../console/parts/back-link";
import {
  daysTyped,
  ErrorSummary,
  type FieldProblem,
  isSure,
  PostForm,
  SentField,
  SURE,
  SubmitButton,
  tooLong,
} from "../../../console/parts/forms";
import { type PersonResult, reportResults, resultTexts } from "../../../console/parts/people-results";
import { PersonLink } from "../../../console/parts/person-links";
import { Table } from "../../../console/parts/table";
import { shortened } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { textNamed } from "../../../console/texts/languages";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { isRequestId } from "../../approvals/deciding";
import { MAX_AT_ONCE } from "../../approvals/pages/queue-asked";
import { LONGEST_INVITATION_DAYS } from "../../invitations/invitation";
import { oldestWaiting } from "../../invitations/store";
import { bulkTexts as t } from "./bulk-texts";
import { actOn, asksOf, type LifecycleForm, type LifecycleVerb, lifecycleVerbs, takesFrom, usualDays } from "./lifecycle-acts";
import { accountLifecycleRow, type LifecycleRow, requestRow, rowField } from "./lifecycle-rows";
import { dayCell, StandingBadge } from "./lifecycle-standing";
import { lifecycleTexts as l } from "./lifecycle-texts";

export const BULK_PATH = "/people/change";

/** Buttons of a form that holds selected people: what they lead to asks first. */
export function lifecycleButtons(verbs: readonly LifecycleVerb[]) {
  return verbs.map((verb) => (
    <SubmitButton text={t.verbs[verb]} name="verb" value={verb} class={takesFrom.includes(verb) ? "danger" : "quiet"} />
  ));
}

/** Asks first, naming everybody; does it once that was agreed to, and reports on each. */
export async function changePeople(visit: Visit): Promise<Response> {
  const verb = lifecycleVerbs.find((each) => each === visit.field("verb"));
  const rows = visit.field("count") === "" ? await rowsNamed(visit) : await rowsThatWait(visit);
  if (typeof rows === "string") return await refuse(visit, rows);
  if (verb === undefined) return await refuse(visit, t.nobody);
  if (verb === "transfer" && rows.length > 1) return await refuse(visit, t.onlyOne);
  if (!isSure(visit)) return await ask(visit, verb, rows, []);
  const { problems, ...form } = lifecycleForm(visit, verb);
  if (problems.length > 0) return await ask(visit, verb, rows, problems);
  const results: PersonResult[] = [];
  for (const row of rows) results.push(await actOn(visit, verb, form, row));
  return await reportResults(visit, results, { back: backOf(visit), said: verb });
}

/** The selected rows as they are now, if their turn is still the shown one. @returns the selection's problem */
async function rowsNamed(visit: Visit): Promise<readonly LifecycleRow[] | string> {
  const { world } = visit;
  const named = [...new Set(visit.fields("person"))].map((each) => each.split("/"));
  if (named.length > MAX_AT_ONCE) return t.tooMany(MAX_AT_ONCE);
  const idsOf = (wanted: LifecycleRow["kind"]) => named.flatMap(([kind, id = ""]) => (kind === wanted ? [id] : []));
  const [requests, accounts] = await Promise.all([
    world.readableApprovals().getAll(idsOf("request").filter(isRequestId)),
    Promise.all(idsOf("account").map((id) => world.accounts().get(id))),
  ]);
  const rows = [...requests.map(requestRow), ...accounts.filter((account) => account !== undefined).map(accountLifecycleRow)];
  if (rows.length === 0) return t.nobody;
  const turns = new Map(named.map(([, id = "", turn = ""]) => [id, Number(turn)]));
  return isSure(visit) ? rows.map((row) => ({ ...row, turn: turns.get(row.id) ?? 0 })) : rows;
}

/** The requested number of people on the waiting list. */
async function rowsThatWait(visit: Visit): Promise<readonly LifecycleRow[] | string> {
  const count = /^[1-9]\d{0,2}$/.test(visit.field("count").trim()) ? Number(visit.field("count")) : 0;
  if (count === 0 || count > MAX_AT_ONCE) return t.badCount(MAX_AT_ONCE);
  const gate = visit.field("gate");
  const store = visit.world.readableApprovals();
  const found = await oldestWaiting(store, count, visit.now, (each) => gate === "" || (each.gate ?? DEFAULT_GATE) === gate);
  return found.length === 0 ? t.nobodyWaits : found.map(requestRow);
}

function lifecycleForm(visit: Visit, verb: LifecycleVerb): LifecycleForm & { readonly problems: readonly FieldProblem[] } {
  const asks = asksOf[verb];
  const note = visit.field("note").trim();
  const days = daysTyped(visit, LONGEST_INVITATION_DAYS) ?? 0;
  const to = normaliseEmail(visit.field("to")) ?? "";
  const long = tooLong(visit, note);
  const problems: readonly FieldProblem[] = [
    ...(asks.includes("days") && days === 0 ? [{ field: "days", text: frameTexts.badDays(LONGEST_INVITATION_DAYS) }] : []),
    ...(asks.includes("to") && to === "" ? [{ field: "to", text: t.badAddress }] : []),
    ...(asks.includes("reason") && note === "" ? [{ field: "note", text: t.noReason }] : []),
    ...(long === undefined ? [] : [{ field: "note", text: long }]),
  ];
  return { days, to, note, problems };
}

function backOf(visit: Visit): string {
  const back = ownPath(visit.field("back"));
  return back.startsWith("/people") ? back : "/people";
}

function refuse(visit: Visit, why: string): Promise<Response> {
  return refusalPage(visit, { title: resultTexts.notDone, why, back: { path: backOf(visit), text: resultTexts.back }, status: 400 });
}

/** Names everybody that it would change, and asks how and why. */
async function ask(visit: Visit, verb: LifecycleVerb, rows: readonly LifecycleRow[], problems: readonly FieldProblem[]): Promise<Response> {
  const asks = asksOf[verb];
  const title = t.sure[verb](rows.length);
  const fields = [
    ...(asks.includes("days") ? [{ id: "days", label: textNamed(t.days, verb) ?? "", usual: String(usualDays[verb] ?? "") }] : []),
    ...(asks.includes("to") ? [{ id: "to", label: textNamed(t.to, verb) ?? "" }] : []),
    ...(asks.includes("note") || asks.includes("reason") ? [{ id: "note", label: t.reason, hint: t.reasonHint }] : []),
  ];
  return await visit.page(
    title,
    <ConfirmQuestion title={title}>
      <ErrorSummary title={resultTexts.notDone} problems={problems} />
      <PostForm visit={visit} action={BULK_PATH} hidden={{ verb, ...SURE, back: backOf(visit), person: rows.map(rowField) }}>
        <div class="card narrow">
          <p>{t.follows[verb]}</p>
          {fields.map((field) => (
            <p>
              <SentField visit={visit} problems={problems} {...field} />
            </p>
          ))}
          <p class="actions">
            <SubmitButton text={title} class={takesFrom.includes(verb) ? "danger" : undefined} />
            <CancelLink path={backOf(visit)} />
          </p>
        </div>
        <Table
          caption={title}
          columns={[
            [frameTexts.person, ({ email }) => <PersonLink email={email} />],
            [l.state, (row) => <StandingBadge row={row} now={visit.now} />],
            [l.sponsor, ({ sponsor = "" }) => shortened(sponsor, 80)],
            [resultTexts.until, (row) => dayCell(visit, row)],
          ]}
          rows={rows}
        />
      </PostForm>
    </ConfirmQuestion>,
    { status: problems.length === 0 ? 200 : 400 },
  );
}
