import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import type { Visit } from "../../../console/app/visit";
import { Badge } from "../../../console/parts/badge";
import { openAddress } from "../../../console/parts/beside";
import { addressWith } from "../../../console/parts/chips";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { gateAsked, gateChip, gateColumn, isAtAskedGate } from "../../../console/parts/gates";
import { listPage, type ShownList, TickedBar } from "../../../console/parts/list-page";
import { buttonsOn } from "../../../console/parts/menu";
import { type Paged, pageAsked } from "../../../console/parts/paging";
import { DoneToOne } from "../../../console/parts/people-results";
import { personPath } from "../../../console/parts/person-links";
import { keepingOut, ShutOutBadge, shutOutsOf } from "../../../console/parts/shut-out";
import { RowTime, timeColumn } from "../../../console/parts/time";
import { shortened, ValueLink, visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { isDrill } from "../../../engine/sign-up/drill";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { mailboxOf } from "../../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { lookingSteps } from "../../decisions/pages/decision-search";
import type { ListedDecision } from "../../decisions/store/decisions";
import { reasonMeanings, reasonsInWords } from "../../reasons";
import { BULK_PATH, lifecycleButtons } from "./bulk";
import { bulkTexts } from "./bulk-texts";
import { personAsked } from "./known-person";
import { verbsOfView } from "./lifecycle-acts";
import { hasAccounts, hasWaitingList, type LifecycleView, type ListedRow, lifecycleViews, pageOfView, rowField } from "./lifecycle-rows";
import { dayCell, type Standing, StandingBadge, standingOf, untilEnd } from "./lifecycle-standing";
import { lifecycleTexts as l } from "./lifecycle-texts";
import { peopleTexts } from "./people-texts";
import { personPage, personPanel } from "./person-page";

const DAYS = 90;

/** Shows one person's page, the people whom a name finds, or the whole list if the address names no one. */
export async function showPeople(visit: Visit): Promise<Response> {
  const asked = await personAsked(visit);
  if (asked !== undefined) return await personPage(visit, asked);
  const text = visit.query("q");
  if (text === "") return await peopleList(visit);
  const email = normaliseEmail(text);
  if (email !== undefined) return visit.goTo(personPath(email));
  return visit.goTo(`/search?${new URLSearchParams({ q: text.includes(":") ? text : `@${text}` })}`);
}

async function peopleList(visit: Visit): Promise<Response> {
  const typed = visit.query("email") || visit.query("account");
  const problem = typed === "" ? undefined : peopleTexts.notFound;
  const view = lifecycleViews.find((each) => each === visit.query("life")) ?? "in";
  // Without rows of accounts, decisions alone say who is in.
  const knowsAccounts = await hasAccounts(visit);
  const shown = view === "in" && !knowsAccounts ? await byDecisions(visit) : await byRows(visit, view);
  return await listPage<never>(visit, {
    title: frameTexts.people,
    head: { views: viewsOf(visit, view, knowsAccounts), actions: buttonsOn(visit, "/people") },
    panel: { panel: await personPanel(visit), label: frameTexts.person, acts: visit.may("Approver") ? "note" : undefined },
    above: <DoneToOne visit={visit} />,
    problems: problem === undefined ? [] : [{ field: "q", text: problem }],
    filters: {
      search: { parameter: "q", label: t.search, value: typed, instead: ["email", "account"], problem },
      chips: gateChip(visit),
    },
    ...(shown as Shown<never>),
  });
}

function viewsOf(visit: Visit, here: LifecycleView, knowsAccounts: boolean) {
  const path = (view: LifecycleView) => addressWith(visit, ["life", "email", "account"], view === "in" ? {} : { life: view });
  const shown = lifecycleViews.filter((view) => knowsAccounts || view !== "ending");
  return { label: l.byLifecycle, each: shown.map((view) => ({ name: l.views[view], path: path(view), isHere: view === here })) };
}

type Shown<T> = Pick<ShownList<T>, "page" | "table" | "form" | "below">;

async function byDecisions(visit: Visit): Promise<Shown<ListedDecision>> {
  const w = visit.say(reasonMeanings);
  const page = await newestPeople(visit);
  return {
    page,
    table: {
      caption: frameTexts.people,
      columns: [
        [frameTexts.person, ({ email = "" }) => <ValueLink path={openAddress(visit, email)} text={email} />],
        gateColumn(visit, page.items),
        page.items.some(({ entry, reasons }) => entry !== undefined || reasons.length > 0) && [
          t.by,
          ({ entry, reasons }) => (entry === undefined ? visible(reasonsInWords(w, reasons)) : shortened(entry, 80)),
        ],
        timeColumn(t.at),
      ],
      keyOf: ({ email = "" }) => email,
      empty: t.none,
    },
    below: <p class="hint">{t.hint}</p>,
  };
}

/** Each person once a page, by their newest decision on it, without people who are shut out. */
async function newestPeople(visit: Visit): Promise<Paged<ListedDecision>> {
  const { world, now } = visit;
  const search = { from: new Date(now.getTime() - DAYS * MS_PER_DAY), to: now, having: { verdict: "continue" as const } };
  const shown = new Set<string>();
  const step = lookingSteps();
  const isOut = new Map<string, boolean>();
  return await pageAsked<ListedDecision, DecisionPlace>(visit, {
    async read(place) {
      const found = await step((lookAt) => world.decisions.page({ ...search, lookAt }, place));
      const emails = [...new Set(found.items.flatMap(({ email }) => email ?? []))].filter((email) => !isOut.has(email));
      const shutOuts = await shutOutsOf(visit, emails);
      for (const email of emails) isOut.set(email, keepingOut(shutOuts.get(email)).length > 0);
      return found;
    },
    after: ({ at, reference, id }) => ({ at, reference, id }),
    matches(record) {
      const { email } = record;
      // A drill is not a person.
      if (email === undefined || isDrill({ email }) || !isAtAskedGate(visit, record) || shown.has(mailboxOf(email))) return false;
      if (isOut.get(email)) return false;
      shown.add(mailboxOf(email));
      return true;
    },
  });
}

async function byRows(visit: Visit, view: LifecycleView): Promise<Shown<ListedRow>> {
  const page = await pageOfView(visit, view);
  // A row does not repeat the view's name.
  const isOdd = (row: ListedRow) => row.kind === "out" || standingOf(row, visit.now).state !== usualStanding[view];
  const isChoosable = page.items.some(({ kind }) => kind !== "out") && visit.may("Approver");
  return {
    page,
    table: {
      lines: false,
      caption: l.views[view],
      columns: [
        [frameTexts.person, ({ email }) => <ValueLink path={openAddress(visit, email)} text={email} />],
        page.items.some(isOdd) && [
          frameTexts.state,
          (row) => (row.kind === "out" ? <ShutOutBadge out={row.out} /> : isOdd(row) ? <StandingBadge row={row} now={visit.now} /> : null),
        ],
        gateColumn(visit, page.items),
        page.items.some(({ sponsor, sponsorLost }) => sponsor !== undefined || sponsorLost !== undefined) && [
          frameTexts.sponsor,
          ({ sponsor, sponsorLost }) => [
            sponsor === undefined ? null : shortened(sponsor, 80),
            sponsorLost === undefined ? null : [" ", <Badge tone="warn">{l.sponsorLost[sponsorLost]}</Badge>],
          ],
        ],
        page.items.some(({ kind }) => kind === "account") && [
          t.letIn,
          (row) => (row.kind === "account" ? <RowTime at={row.account.letInAt} /> : null),
        ],
        [
          l.dates[view],
          (row) =>
            row.kind === "out" ? <RowTime at={row.out.at} /> : [dayCell(visit, row), view === "ending" ? untilEnd(visit, row) : null],
        ],
      ],
      keyOf: ({ email }) => email,
      choices: {
        ...{ field: "person", all: frameTexts.selectAll },
        each: (row) => (row.kind === "out" ? undefined : { value: rowField(row), label: frameTexts.select(visible(row.email)) }),
      },
      empty: l.none[view],
    },
    form: isChoosable && {
      action: BULK_PATH,
      hidden: { back: addressWith(visit, [], {}) },
      bar: <TickedBar label={l.selected}>{lifecycleButtons(verbsOfView[view])}</TickedBar>,
    },
    below: view === "invited" && visit.may("Approver") && (await hasWaitingList(visit)) ? oldestForm(visit) : null,
  };
}

const usualStanding: Readonly<Partial<Record<LifecycleView, Standing>>> = { invited: "invited", in: "in", ending: "in" };

function oldestForm(visit: Visit) {
  return (
    <PostForm
      visit={visit}
      class="card"
      action={BULK_PATH}
      data-asks=""
      hidden={{ verb: "let-in", gate: gateAsked(visit) ?? "", back: addressWith(visit, [], {}) }}
    >
      <p class="actions">
        <label for="count">{l.oldest}</label>
        <input id="count" name="count" inputmode="numeric" value="10" required />
        <SubmitButton text={`${bulkTexts.verbs["let-in"]}…`} />
      </p>
    </PostForm>
  );
}

const t = pageTexts({
  search: ["Name, address or account", "이름, 주소 또는 계정"],
  by: ["Let in by", "허용 근거"],
  at: ["Last", "마지막"],
  letIn: ["Let in", "허용"],
  none: ["Nobody was let in yet.", "아직 허용된 사람이 없습니다."],
  hint: ["By decisions of 90 days. A name or an address finds others.", "최근 90일 결정 기준입니다. 그 밖에는 이름이나 주소로 찾으세요."],
});
