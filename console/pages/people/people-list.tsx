import type { DecisionPlace } from "../../../adapters/tables/decision-indexes";
import { mailboxOf } from "../../../engine/access-list/spellings";
import type { RequestPosition } from "../../../engine/approvals/in-state";
import { stateAt } from "../../../engine/approvals/state-at";
import { approvalWords, providerText } from "../../../engine/messages/operator/approvals";
import { decisionWords } from "../../../engine/messages/operator/decisions";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { outcomeOf } from "../../../engine/sign-up/outcome";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import type { Visit } from "../../app/visit";
import { Beside, OPEN_PARAMETER, openAddress } from "../../parts/beside";
import { Chips, choiceChip } from "../../parts/chips";
import { SearchRefusal } from "../../parts/forms";
import { gateCell, gateChip, gateColumn, isAtAskedGate } from "../../parts/gates";
import { OutcomeTag, outcomeTexts } from "../../parts/outcome";
import { type Paged, Pager, type PageSource, pageAsked, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { taskActs } from "../../parts/tasks";
import { RowTime, zoneName } from "../../parts/time";
import { shortened, visible } from "../../parts/value";
import { pageTexts } from "../../texts/languages";
import { StateTag } from "../approvals/approvals-parts";
import { approvalsTexts } from "../approvals/approvals-texts";
import { nameIn } from "../search/people-named";
import { peopleTexts } from "./people-texts";
import { personPath } from "./person-links";
import { personPanel } from "./person-page";
import { hasTerms, termsPageTexts, withTermsDue } from "./terms";

const verdicts = ["block", "invalid", "continue"] as const;
const requestStates = ["pending", "provisioned", "approved", "denied", "failed"] as const;
/** People who were let in, and have not accepted the terms of today. */
const TERMS_DUE = "terms-due";
/** Where people of the list may stand: what became of a sign-up, or of a request for approval; or what is due from them. */
export const peopleStates = [...verdicts, ...requestStates, TERMS_DUE] as const;

/** How far back people are listed by their decisions. */
const DAYS = 90;

/** One line of the list. */
interface Listed {
  readonly email: string;
  readonly name?: string | undefined;
  readonly at: string;
  readonly gate?: string | undefined;
  readonly state: unknown;
  readonly how: string;
}

/** The list of people: the newest, or those with a request in one state. A name or an address leads to search or person. */
export async function peopleList(visit: Visit): Promise<Response> {
  const t = visit.say(peopleListTexts);
  const typed = visit.query("q") || visit.query("email") || visit.query("account");
  const email = normaliseEmail(typed);
  if (email !== undefined) return visit.goTo(personPath(email));
  if (visit.query("q") !== "") return visit.goTo(`/search?${new URLSearchParams({ q: `@${typed}` })}`);
  const problem = typed === "" ? undefined : visit.say(peopleTexts).notFound;
  const state = requestStates.find((each) => each === visit.query("state"));
  const page = state === undefined ? await byDecisions(visit) : await byRequests(visit, state);
  const list = (
    <>
      <Filters visit={visit} typed={typed} problem={problem} />
      <StalePage visit={visit} page={page} />
      <Table
        caption={t.title}
        columns={[t.person, t.state, ...gateColumn(visit), t.how, t.at(zoneName(visit.now))]}
        keys={page.items.map(({ email }) => email)}
        current={visit.query(OPEN_PARAMETER)}
        rows={page.items.map((each) => [
          <>
            <a href={openAddress(visit, each.email)}>
              <bdi class="value">{shortened(each.email, 80)}</bdi>
            </a>{" "}
            {each.name === undefined ? null : <span class="hint">{shortened(each.name, 60)}</span>}
          </>,
          each.state as string,
          ...gateCell(visit, { ...(each.gate !== undefined && { gate: each.gate }) }),
          each.how,
          <RowTime at={each.at} now={visit.now} language={visit.language} />,
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
      <SearchRefusal visit={visit} problems={problem === undefined ? [] : [{ field: "q", text: problem }]} />
      <Beside visit={visit} list={list} panel={await personPanel(visit)} label={t.person} acts={taskActs(visit)} />
    </>,
    { status: problem === undefined ? 200 : 400 },
  );
}

interface FiltersProps {
  readonly visit: Visit;
  readonly typed: string;
  /** What is wrong with what was typed. */
  readonly problem: string | undefined;
}

function Filters({ visit, typed, problem }: FiltersProps) {
  const t = visit.say(peopleListTexts);
  const due = { [TERMS_DUE]: visit.say(termsPageTexts).due };
  const words: Readonly<Record<string, string>> = { ...visit.say(approvalsTexts).states, ...visit.say(outcomeTexts), ...due };
  const states = peopleStates.filter((each) => each !== TERMS_DUE || hasTerms(visit));
  const options = states.map((each) => [each, words[each] ?? each] as const);
  const chips = [choiceChip(visit, { name: "state", label: t.state, options }), ...gateChip(visit)];
  const search = { parameter: "q", label: t.search, value: typed, instead: ["email", "account"], problem };
  return <Chips visit={visit} search={search} chips={chips} />;
}

/** Each person once a page, by the newest of their decisions on it. */
async function byDecisions(visit: Visit): Promise<Paged<Listed>> {
  const { world, now } = visit;
  const w = visit.say(decisionWords);
  const isDueAsked = visit.query("state") === TERMS_DUE;
  const verdict = isDueAsked ? "continue" : verdicts.find((each) => each === visit.query("state"));
  const search = { from: new Date(now.getTime() - DAYS * MS_PER_DAY), to: now, having: verdict === undefined ? {} : { verdict } };
  const shown = new Set<string>();
  let due: ReadonlySet<object> = new Set();
  const page = await pageAsked(visit, {
    async read(place: DecisionPlace | undefined) {
      const found = await world.decisions.page(search, place);
      if (isDueAsked) due = await withTermsDue(visit, found.items);
      return found;
    },
    after: ({ at, reference, id }) => ({ at, reference, id }),
    matches(record) {
      const { email } = record;
      if (email === undefined || !isAtAskedGate(visit, record) || shown.has(mailboxOf(email))) return false;
      if (isDueAsked && !due.has(record)) return false;
      shown.add(mailboxOf(email));
      return verdict === undefined || outcomeOf(record) === verdict;
    },
  } satisfies PageSource<Awaited<ReturnType<typeof world.decisions.page>>["items"][number], DecisionPlace>);
  const items = page.items.map(
    ({ email = "", at, gate, ...record }): Listed => ({
      ...{ email, at, gate },
      state: <OutcomeTag visit={visit} record={record} />,
      how: visible([...new Set(record.reasons)].map((reason) => w.reasons[reason] ?? reason).join(", ")),
    }),
  );
  return { ...page, items };
}

async function byRequests(visit: Visit, state: (typeof requestStates)[number]): Promise<Paged<Listed>> {
  const { world, now } = visit;
  const unreadable: string[] = [];
  const store = world.legibleApprovals(({ id }) => unreadable.push(id));
  const page = await pageAsked(visit, {
    read: async (place: RequestPosition | undefined) => ({ ...(await store.pageByState(state, "newest-first", place)), unreadable }),
    after: ({ id, changedAt }) => ({ id, changedAt }),
    matches: (request) => isAtAskedGate(visit, request) && stateAt(request, now) === state,
  } satisfies PageSource<Awaited<ReturnType<typeof store.pageByState>>["items"][number], RequestPosition>);
  const items = page.items.map(
    (request): Listed => ({
      ...{ email: request.email, name: nameIn(request.attributes), at: request.changedAt, gate: request.gate },
      state: <StateTag visit={visit} state={stateAt(request, now)} />,
      how: visible(providerText(visit.say(approvalWords), request)),
    }),
  );
  return { ...page, items };
}

const peopleListTexts = pageTexts(
  {
    title: "People",
    search: "Name, address or account",
    person: "Person",
    state: "State",
    how: "Why, or signed in with",
    at: (zone: string) => `Last (${zone})`,
    none: "Nobody is here yet. People appear once they try to sign up.",
    hint: "The people of the newest decisions or, by the state of their request, those who asked for approval. A name or a whole address finds others.",
  },
  {
    title: "사람",
    search: "이름, 주소 또는 계정",
    person: "사람",
    state: "상태",
    how: "이유 또는 로그인 제공자",
    at: (zone) => `마지막(${zone})`,
    none: "아직 아무도 없습니다. 가입을 시도하면 여기에 표시됩니다.",
    hint: "최근 결정에 나온 사람입니다. 요청 상태를 고르면 승인을 요청한 사람입니다. 다른 사람은 이름이나 전체 주소로 찾으세요.",
  },
);
