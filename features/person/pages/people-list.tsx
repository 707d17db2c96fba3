import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import type { Visit } from "../../../console/app/visit";
import { Badge } from "../../../console/parts/badge";
import { openAddress } from "../../../console/parts/beside";
import { addressWith, type Chip, choiceChip } from "../../../console/parts/chips";
import { PostForm, SubmitButton } from "../../../console/parts/forms";
import { gateAsked, gateChip, gateColumn, hasGates, isAtAskedGate } from "../../../console/parts/gates";
import { listPage } from "../../../console/parts/list-page";
import { buttonsOn } from "../../../console/parts/menu";
import { OutcomeTag, outcomeTexts } from "../../../console/parts/outcome";
import { type Paged, pageAsked } from "../../../console/parts/paging";
import { personPath } from "../../../console/parts/person-links";
import { taskActs } from "../../../console/parts/tasks";
import { timeColumn } from "../../../console/parts/time";
import { shortened, ValueLink, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { isDrill } from "../../../engine/sign-up/drill";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { outcomeOf, outcomes } from "../../../engine/sign-up/outcome";
import { mailboxOf } from "../../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { requestField, requestPath, VerbButtons } from "../../approvals/pages/approvals-parts";
import { lookingSteps } from "../../decisions/pages/looked-at";
import type { ListedDecision } from "../../decisions/store/decisions";
import { decisionWords } from "../../decisions/words";
import { BULK_PATH, LifecycleButtons } from "./bulk";
import { bulkTexts } from "./bulk-texts";
import { hasAccounts, type LifecycleView, lifecycleViews, pageOfView, personOfRow, rowField } from "./lifecycle-rows";
import { dayCell, StandingBadge } from "./lifecycle-standing";
import { lifecycleTexts as l } from "./lifecycle-texts";
import { verbsOfView } from "./lifecycle-verbs";
import { peopleTexts } from "./people-texts";
import { personPanel } from "./person-page";
import { hasTerms, termsPageTexts, withTermsDue } from "./terms";

/** People who were let in, and have not accepted the terms of today. */
const TERMS_DUE = "terms-due";
/** By what people of the list are asked for: what became of their sign-up, or what is due from them. */
export const peopleStates = [...outcomes, TERMS_DUE] as const;

/** How far back people are listed by their decisions. */
const DAYS = 90;

/** The people of the newest decisions. A name or an address leads to search or person. */
export async function peopleList(visit: Visit): Promise<Response> {
  const view = viewAsked(visit);
  // Without rows of accounts, decisions alone say who is in.
  const knowsAccounts = await hasAccounts(visit);
  if (view !== undefined && (view !== "in" || knowsAccounts)) return await viewList(visit, view, knowsAccounts);
  const typed = visit.query("q") || visit.query("email") || visit.query("account");
  const email = normaliseEmail(typed);
  if (email !== undefined) return visit.goTo(personPath(email));
  if (visit.query("q") !== "") return visit.goTo(`/search?${new URLSearchParams({ q: `@${typed}` })}`);
  const problem = typed === "" ? undefined : peopleTexts.notFound;
  const w = visit.say(decisionWords);
  return await listPage(visit, {
    ...(await frameOf(visit, knowsAccounts)),
    problems: problem === undefined ? [] : [{ field: "q", text: problem }],
    filters: {
      search: { parameter: "q", label: t.search, value: typed, instead: ["email", "account"], problem },
      chips: [stateChip(visit), ...gateChip(visit)],
    },
    page: await newestPeople(visit),
    table: {
      caption: l.title,
      columns: [
        [l.person, ({ email = "" }) => <ValueLink path={openAddress(visit, email)} text={email} />],
        [l.state, (record) => <OutcomeTag record={record} />],
        gateColumn(visit),
        [t.how, ({ reasons }) => visible([...new Set(reasons)].map((reason) => w.meaning(reason) ?? reason).join(", "))],
        timeColumn(visit, t.at),
      ],
      keyOf: ({ email = "" }) => email,
      empty: t.none,
    },
    below: <p class="hint">{t.hint}</p>,
  });
}

/** What every view of people has: the tabs, and the person that the address opens. @param count of the view that is shown */
async function frameOf(visit: Visit, knowsAccounts: boolean, count?: number | string) {
  const asked = viewAsked(visit);
  const path = (view: LifecycleView | undefined) =>
    addressWith(visit, ["life", "state", "q", "email", "account"], view === undefined ? {} : { life: view });
  const each = [undefined, ...lifecycleViews.filter((view) => knowsAccounts || view !== "ending")].map((view) => ({
    ...{ name: l.views[view ?? "all"], path: path(view), isHere: view === asked },
    count: view === asked ? count : undefined,
  }));
  return {
    title: l.title,
    head: { views: { label: l.byLifecycle, each }, actions: buttonsOn(visit, "/people") },
    panel: { panel: await personPanel(visit), label: l.person, acts: taskActs(visit) },
  };
}

function stateChip(visit: Visit): Chip {
  const words = { ...outcomeTexts, [TERMS_DUE]: termsPageTexts.due };
  const states = peopleStates.filter((each) => each !== TERMS_DUE || hasTerms(visit));
  return choiceChip(visit, { name: "state", label: l.state, options: states.map((each) => [each, words[each]]) });
}

/** Each person once a page, by the newest of their decisions on it. */
async function newestPeople(visit: Visit): Promise<Paged<ListedDecision>> {
  const { world, now } = visit;
  const isDueAsked = visit.query("state") === TERMS_DUE;
  const outcome = isDueAsked || viewAsked(visit) === "in" ? "continue" : outcomes.find((each) => each === visit.query("state"));
  const search = {
    from: new Date(now.getTime() - DAYS * MS_PER_DAY),
    to: now,
    having: outcome === undefined ? {} : { verdict: outcome === "waiting" ? ("block" as const) : outcome },
  };
  const shown = new Set<string>();
  const step = lookingSteps();
  let due: ReadonlySet<object> = new Set();
  return await pageAsked<ListedDecision, DecisionPlace>(visit, {
    async read(place) {
      const found = await step((lookAt) => world.decisions.page({ ...search, lookAt }, place));
      if (isDueAsked) due = await withTermsDue(visit, found.items);
      return found;
    },
    after: ({ at, reference, id }) => ({ at, reference, id }),
    matches(record) {
      const { email } = record;
      // What tries the gate is nobody.
      if (email === undefined || isDrill({ email }) || !isAtAskedGate(visit, record) || shown.has(mailboxOf(email))) return false;
      if (isDueAsked && !due.has(record)) return false;
      shown.add(mailboxOf(email));
      return outcome === undefined || outcomeOf(record) === outcome;
    },
  });
}

/** The view that the address asks for; undefined for the people who came lately. */
function viewAsked(visit: Visit): LifecycleView | undefined {
  return lifecycleViews.find((each) => each === visit.query("life"));
}

/** The people of one view, with what can be done to several of them. */
async function viewList(visit: Visit, view: LifecycleView, knowsAccounts: boolean): Promise<Response> {
  const page = await pageOfView(visit, view);
  const people = page.items.map((row) => ({ row, ...personOfRow(row) }));
  const isWaiting = view === "waiting";
  const isChoosable = people.length > 0 && visit.may("Approver") && (isWaiting || verbsOfView[view].length > 0);
  return await listPage(visit, {
    ...(await frameOf(visit, knowsAccounts, page.later ? undefined : page.next === undefined ? people.length : `${people.length}+`)),
    filters: hasGates(visit) && { chips: gateChip(visit) },
    page: { ...page, items: people },
    table: {
      caption: l.views[view],
      columns: [
        [l.person, ({ email }) => <ValueLink path={openAddress(visit, email)} text={email} />],
        [l.state, ({ row }) => <StandingBadge row={row} now={visit.now} />],
        gateColumn(visit),
        [
          l.sponsor,
          ({ sponsor = "", sponsorLost }) => (
            <>
              {shortened(sponsor, 80)} {sponsorLost === undefined ? null : <Badge tone="warn">{l.sponsorLost[sponsorLost]}</Badge>}
            </>
          ),
        ],
        [
          l.code,
          ({ row, reference }) => (
            <a href={row.kind === "request" ? requestPath(row.request.id) : `/decisions/${encodeURIComponent(reference)}`}>
              {visible(reference)}
            </a>
          ),
        ],
        [l.dates[view], ({ row }) => dayCell(row, visit.now)],
      ],
      keyOf: ({ email }) => email,
      choices: {
        // People who wait are decided on in the queue, which wants to know what was seen.
        ...{ field: isWaiting ? "request" : "person", all: l.chooseAll },
        each: ({ row, email }) => ({
          value: isWaiting && row.kind === "request" ? requestField(row.request) : rowField(row),
          label: l.choose(visible(email)),
        }),
      },
      empty: l.none[view],
    },
    form: isChoosable && {
      action: isWaiting ? "/approvals/decide" : BULK_PATH,
      hidden: { back: isWaiting ? "/approvals" : addressWith(visit, [], {}) },
      bar: (
        <fieldset class="bar when-ticked">
          <legend class="hidden">{l.selected}</legend>
          <p class="actions">{isWaiting ? <VerbButtons verbs={["approve", "deny"]} /> : <LifecycleButtons verbs={verbsOfView[view]} />}</p>
        </fieldset>
      ),
    },
    below: isChoosable && isWaiting ? <OldestForm visit={visit} /> : null,
  });
}

function OldestForm({ visit }: { readonly visit: Visit }) {
  return (
    <PostForm
      visit={visit}
      class="card"
      action={BULK_PATH}
      hidden={{ verb: "let-in", gate: gateAsked(visit) ?? "", back: addressWith(visit, [], {}) }}
    >
      <p class="actions">
        <label for="count">
          {l.oldest}: {l.howMany}
        </label>
        <input id="count" name="count" inputmode="numeric" value="10" required />
        <SubmitButton text={bulkTexts.verbs["let-in"]} />
      </p>
    </PostForm>
  );
}

const t = pageTexts({
  search: ["Name, address or account", "이름, 주소 또는 계정"],
  how: ["Why", "이유"],
  at: ["Last", "마지막"],
  none: ["Nobody is here yet. People appear once they try to sign up.", "아직 아무도 없습니다. 가입을 시도하면 여기에 표시됩니다."],
  hint: [
    "The people of the newest decisions. A name or a whole address finds others.",
    "최근 결정에 나온 사람입니다. 다른 사람은 이름이나 전체 주소로 찾으세요.",
  ],
});
