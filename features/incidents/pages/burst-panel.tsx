import type { MoreOfItem } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { Facts } from "../../../console/parts/table";
import { countText } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { partsOf } from "../../../engine/sign-up/email";
import { EntryLink } from "../../access-list/pages/access-list-parts";
import { SetsOfEntry } from "../../access-list/pages/entry-links";
import { ageText, approvalWords } from "../../approvals/request-words";
import { decidingEntry } from "../selection";

const NEWEST = 5;

interface Burst {
  readonly domain: string;
  /** How many of its sign-ups were let in. */
  readonly people: number;
  /** The most of any day before. */
  readonly usual: number;
  /** Of the first and the last decision: ISO 8601. */
  readonly first: string;
  readonly last: string;
}

/** What decides whether a burst is an attack: how fast it came, which entry let it in, who made that, and the newest addresses. */
export async function burstPanel(visit: Visit, { domain, people, usual, first, last }: Burst): Promise<MoreOfItem> {
  const { decisions } = visit.world;
  const found = await decisions.page({ from: new Date(first), to: visit.now, having: { domain, verdict: "continue" } });
  const letIn = found.items.filter(
    ({ email, verdict }) => verdict === "continue" && email !== undefined && partsOf(email).domain === domain,
  );
  const newest = letIn.slice(0, NEWEST);
  const entries = [...new Set((await decisions.whole(newest)).flatMap((record) => decidingEntry(record) ?? []))];
  const age = ageText(visit.say(approvalWords), first, new Date(last));
  const below = (
    <section>
      <Facts
        facts={[
          [t.rate, t.rateOf(countText(visit, people), age)],
          [t.before, usual === 0 ? t.nobody : t.most(countText(visit, usual))],
          [t.allowedBy, entries.length > 0 && entries.map((entry) => <EntryLink entry={entry} />)],
        ]}
      />
      {entries.map((entry) => (
        <SetsOfEntry visit={visit} entry={entry} />
      ))}
    </section>
  );
  return { newest, below };
}

const t = pageTexts({
  rate: ["Rate", "속도"],
  rateOf: [(people: string, age: string) => `${people} in ${age}`, (people, age) => `${age} 동안 ${people}명`],
  before: ["Before", "이전"],
  nobody: ["nobody", "없음"],
  most: [(most: string) => `at most ${most} a day`, (most) => `하루 최대 ${most}명`],
  allowedBy: ["Allowed by", "허용한 항목"],
});
