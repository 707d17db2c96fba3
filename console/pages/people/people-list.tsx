import type { Child } from "hono/jsx";
import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import type { ListedDecision } from "../../../adapters/tables/decisions";
import { isDrill } from "../../../engine/sign-up/drill";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { outcomeOf, outcomes } from "../../../engine/sign-up/outcome";
import { mailboxOf } from "../../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { decisionWords } from "../../../features/decisions/words";
import type { Visit } from "../../app/visit";
import { Badge } from "../../parts/badge";
import { Beside, OPEN_PARAMETER, openAddress } from "../../parts/beside";
import { addressWith, Chips, choiceChip } from "../../parts/chips";
import { PostForm, SearchRefusal, SubmitButton } from "../../parts/forms";
import { gateAsked, gateCell, gateChip, gateColumn, hasGates, isAtAskedGate } from "../../parts/gates";
import { buttonsOn } from "../../parts/menu";
import { OutcomeTag, outcomeTexts } from "../../parts/outcome";
import { PageHead } from "../../parts/page-head";
import { type Paged, Pager, pageAsked, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { taskActs } from "../../parts/tasks";
import { RowTime, zonedHeading } from "../../parts/time";
import { shortened, ValueLink, visible } from "../../parts/value";
import { pageTexts } from "../../texts/languages";
import { requestField, requestPath, VerbButtons } from "../approvals/approvals-parts";
import { lookingSteps } from "../decisions/looked-at";
import { BULK_PATH, LifeButtons } from "./bulk";
import { bulkTexts } from "./bulk-texts";
import { dayCell, StandingBadge } from "./life-standing";
import { lifeTexts as l } from "./life-texts";
import { verbsOfLife } from "./life-verbs";
import { hasAccounts, type Life, type LifeRow, lives, pageOfLife, personOfRow, rowField } from "./lives";
import { peopleTexts } from "./people-texts";
import { personPath } from "./person-links";
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
  const life = lifeAsked(visit);
  // Without rows of accounts, decisions alone say who is in.
  const knowsAccounts = await hasAccounts(visit);
  if (life !== undefined && (life !== "in" || knowsAccounts)) return await lifeList(visit, life, knowsAccounts);
  const typed = visit.query("q") || visit.query("email") || visit.query("account");
  const email = normaliseEmail(typed);
  if (email !== undefined) return visit.goTo(personPath(email));
  if (visit.query("q") !== "") return visit.goTo(`/search?${new URLSearchParams({ q: `@${typed}` })}`);
  const problem = typed === "" ? undefined : peopleTexts.notFound;
  const w = visit.say(decisionWords);
  const page = await newestPeople(visit);
  const list = (
    <>
      <Filters visit={visit} typed={typed} problem={problem} />
      <StalePage page={page} />
      <Table
        caption={l.title}
        columns={[l.person, l.state, ...gateColumn(visit), t.how, zonedHeading(t.at, visit.now)]}
        keys={page.items.map(({ email = "" }) => email)}
        current={visit.query(OPEN_PARAMETER)}
        rows={page.items.map(({ email = "", at, ...record }) => [
          <ValueLink path={openAddress(visit, email)} text={email} />,
          <OutcomeTag record={record} />,
          ...gateCell(visit, record),
          visible([...new Set(record.reasons)].map((reason) => w.meaning(reason) ?? reason).join(", ")),
          <RowTime visit={visit} at={at} />,
        ])}
        empty={t.none}
      />
      <Pager visit={visit} page={page} />
      <p class="hint">{t.hint}</p>
    </>
  );
  return await listPage(visit, list, { knowsAccounts, problem });
}

interface ShownList {
  /** Whether the table of accounts says who is in. */
  readonly knowsAccounts: boolean;
  /** What is wrong with what was searched for. */
  readonly problem?: string | undefined;
  /** Of the view that is shown. */
  readonly count?: number | string | undefined;
}

/** A list of people, and the person that the address opens beside it. */
async function listPage(visit: Visit, list: Child, { knowsAccounts, problem, count }: ShownList): Promise<Response> {
  return await visit.page(
    l.title,
    <>
      <SearchRefusal problems={problem === undefined ? [] : [{ field: "q", text: problem }]} />
      <Beside visit={visit} list={list} panel={await personPanel(visit)} label={l.person} acts={taskActs(visit)} />
    </>,
    { status: problem === undefined ? 200 : 400, head: <PeopleHead visit={visit} knowsAccounts={knowsAccounts} count={count} /> },
  );
}

interface FiltersProps {
  readonly visit: Visit;
  readonly typed: string;
  /** What is wrong with what was typed. */
  readonly problem: string | undefined;
}

function Filters({ visit, typed, problem }: FiltersProps) {
  const words = { ...outcomeTexts, [TERMS_DUE]: termsPageTexts.due };
  const states = peopleStates.filter((each) => each !== TERMS_DUE || hasTerms(visit));
  const options = states.map((each) => [each, words[each]] as const);
  const chips = [choiceChip(visit, { name: "state", label: l.state, options }), ...gateChip(visit)];
  const search = { parameter: "q", label: t.search, value: typed, instead: ["email", "account"], problem };
  return <Chips visit={visit} search={search} chips={chips} />;
}

/** Each person once a page, by the newest of their decisions on it. */
async function newestPeople(visit: Visit): Promise<Paged<ListedDecision>> {
  const { world, now } = visit;
  const isDueAsked = visit.query("state") === TERMS_DUE;
  const outcome = isDueAsked || lifeAsked(visit) === "in" ? "continue" : outcomes.find((each) => each === visit.query("state"));
  const search = {
    from: new Date(now.getTime() - DAYS * MS_PER_DAY),
    to: now,
    having: outcome === undefined ? {} : { verdict: outcome === "waiting" ? ("block" as const) : outcome },
  };
  const shown = new Set<string>();
  const lookAt = lookingSteps();
  let due: ReadonlySet<object> = new Set();
  return await pageAsked<ListedDecision, DecisionPlace>(visit, {
    async read(place) {
      const found = await world.decisions.page({ ...search, lookAt: lookAt() }, place);
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

/** The tabs above every view of people. */
function PeopleHead({ visit, knowsAccounts, count }: Omit<ShownList, "problem"> & { readonly visit: Visit }) {
  const asked = lifeAsked(visit);
  const path = (life: Life | undefined) =>
    addressWith(visit, ["life", "state", "q", "email", "account"], life === undefined ? {} : { life });
  const here = lives.filter((life) => knowsAccounts || life !== "ending");
  const each = [undefined, ...here].map((life) => ({
    ...{ name: l.views[life ?? "all"], path: path(life), isHere: life === asked },
    count: life === asked ? count : undefined,
  }));
  return <PageHead title={l.title} views={{ label: l.byLife, each }} actions={buttonsOn(visit, "/people")} />;
}

/** The view that the address asks for; undefined for the people who came lately. */
function lifeAsked(visit: Visit): Life | undefined {
  return lives.find((each) => each === visit.query("life"));
}

/** The people of one view, with what can be done to several of them. */
async function lifeList(visit: Visit, life: Life, knowsAccounts: boolean): Promise<Response> {
  const page = await pageOfLife(visit, life);
  const isChoosable = page.items.length > 0 && visit.may("Approver") && (life === "waiting" || verbsOfLife[life].length > 0);
  const table = <LifeTable visit={visit} life={life} rows={page.items} isChoosable={isChoosable} />;
  const list = (
    <>
      {hasGates(visit) ? <Chips visit={visit} chips={gateChip(visit)} /> : null}
      <StalePage page={page} />
      {isChoosable ? (
        <LifeForm visit={visit} life={life}>
          {table}
        </LifeForm>
      ) : (
        table
      )}
      <Pager visit={visit} page={page} />
      {isChoosable && life === "waiting" ? <OldestForm visit={visit} /> : null}
    </>
  );
  const count = page.later ? undefined : page.next === undefined ? page.items.length : `${page.items.length}+`;
  return await listPage(visit, list, { knowsAccounts, count });
}

interface LifeTableProps {
  readonly visit: Visit;
  readonly life: Life;
  readonly rows: readonly LifeRow[];
  readonly isChoosable: boolean;
}

function LifeTable({ visit, life, rows, isChoosable }: LifeTableProps) {
  const people = rows.map(personOfRow);
  const choices = {
    // People who wait are decided on in the queue, which wants to know what was seen.
    ...{ field: life === "waiting" ? "request" : "person", all: l.chooseAll },
    each: rows.map((row, index) => ({
      value: life === "waiting" && row.kind === "request" ? requestField(row.request) : rowField(row),
      label: l.choose(visible(people[index]?.email ?? "")),
    })),
  };
  return (
    <Table
      caption={l.views[life]}
      columns={[l.person, l.state, ...gateColumn(visit), l.sponsor, l.code, l.dates[life]]}
      keys={people.map(({ email }) => email)}
      current={visit.query(OPEN_PARAMETER)}
      rows={rows.map((row) => {
        const { email, sponsor = "", sponsorLost, reference, gate } = personOfRow(row);
        return [
          <ValueLink path={openAddress(visit, email)} text={email} />,
          <StandingBadge row={row} now={visit.now} />,
          ...gateCell(visit, gate === undefined ? {} : { gate }),
          <>
            {shortened(sponsor, 80)} {sponsorLost === undefined ? null : <Badge tone="warn">{l.sponsorLost[sponsorLost]}</Badge>}
          </>,
          <a href={row.kind === "request" ? requestPath(row.request.id) : `/decisions/${encodeURIComponent(reference)}`}>
            {visible(reference)}
          </a>,
          dayCell(row, visit.now),
        ];
      })}
      {...(isChoosable && { choices })}
      empty={l.none[life]}
    />
  );
}

function LifeForm({ visit, life, children }: { readonly visit: Visit; readonly life: Life; readonly children?: Child }) {
  const isWaiting = life === "waiting";
  return (
    <PostForm
      visit={visit}
      action={isWaiting ? "/approvals/decide" : BULK_PATH}
      hidden={{ back: isWaiting ? "/approvals" : addressWith(visit, [], {}) }}
    >
      {children}
      <fieldset class="bar when-ticked">
        <legend class="hidden">{l.selected}</legend>
        <p class="actions">{isWaiting ? <VerbButtons verbs={["approve", "deny"]} /> : <LifeButtons verbs={verbsOfLife[life]} />}</p>
      </fieldset>
    </PostForm>
  );
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
