import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import type { ListedDecision } from "../../../adapters/tables/decisions";
import { mailboxOf } from "../../../engine/access-list/spellings";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { outcomeOf, outcomes } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { Beside, OPEN_PARAMETER, openAddress } from "../../parts/beside";
import { Chips, choiceChip } from "../../parts/chips";
import { SearchRefusal } from "../../parts/forms";
import { gateCell, gateChip, gateColumn, isAtAskedGate } from "../../parts/gates";
import { OutcomeTag, outcomeTexts } from "../../parts/outcome";
import { type Paged, Pager, pageAsked, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { taskActs } from "../../parts/tasks";
import { RowTime, zoneName } from "../../parts/time";
import { ValueLink, visible } from "../../parts/value";
import { pageTexts } from "../../texts/languages";
import { lookingSteps } from "../decisions/looked-at";
import { lifeAsked, lifeList, PeopleHead } from "./life-list";
import { hasAccounts } from "./lives";
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
        caption={t.title}
        columns={[t.person, t.state, ...gateColumn(visit), t.how, t.at(zoneName(visit.now))]}
        keys={page.items.map(({ email = "" }) => email)}
        current={visit.query(OPEN_PARAMETER)}
        rows={page.items.map(({ email = "", at, ...record }) => [
          <ValueLink path={openAddress(visit, email)} text={email} />,
          <OutcomeTag record={record} />,
          ...gateCell(visit, record),
          visible([...new Set(record.reasons)].map((reason) => w.reasons[reason] ?? reason).join(", ")),
          <RowTime at={at} now={visit.now} language={visit.language} />,
        ])}
        empty={t.none}
      />
      <Pager visit={visit} page={page} />
      <p class="hint">{t.hint}</p>
    </>
  );
  return await visit.page(
    t.title,
    <>
      <SearchRefusal problems={problem === undefined ? [] : [{ field: "q", text: problem }]} />
      <Beside visit={visit} list={list} panel={await personPanel(visit)} label={t.person} acts={taskActs(visit)} />
    </>,
    { status: problem === undefined ? 200 : 400, head: <PeopleHead visit={visit} knowsAccounts={knowsAccounts} /> },
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
  const chips = [choiceChip(visit, { name: "state", label: t.state, options }), ...gateChip(visit)];
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
      if (email === undefined || !isAtAskedGate(visit, record) || shown.has(mailboxOf(email))) return false;
      if (isDueAsked && !due.has(record)) return false;
      shown.add(mailboxOf(email));
      return outcome === undefined || outcomeOf(record) === outcome;
    },
  });
}

const t = pageTexts({
  title: ["People", "사람"],
  search: ["Name, address or account", "이름, 주소 또는 계정"],
  person: ["Person", "사람"],
  state: ["State", "상태"],
  how: ["Why", "이유"],
  at: [(zone: string) => `Last (${zone})`, (zone) => `마지막(${zone})`],
  none: ["Nobody is here yet. People appear once they try to sign up.", "아직 아무도 없습니다. 가입을 시도하면 여기에 표시됩니다."],
  hint: [
    "The people of the newest decisions. A name or a whole address finds others.",
    "최근 결정에 나온 사람입니다. 다른 사람은 이름이나 전체 주소로 찾으세요.",
  ],
});
