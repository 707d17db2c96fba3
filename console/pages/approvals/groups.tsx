import type { RequestBrief } from "../../../engine/approvals/brief";
import { issuersOf } from "../../../engine/sign-up/sign-up";
import type { Visit } from "../../app/visit";
import { gateName, hasGates } from "../../parts/gates";
import { Pager, pageAsked, StalePage } from "../../parts/paging";
import { Table } from "../../parts/table";
import { Moment } from "../../parts/time";
import { visible } from "../../parts/value";
import { Age } from "./approvals-parts";
import { approvalsTexts } from "./approvals-texts";
import { type Grouping, groupings, groupTexts, queueTexts } from "./group-texts";
import { askedBy, domainOf, type QueueAsked, queryOf, readWaiting } from "./queue-asked";
import { Filters } from "./queue-filters";

export const GROUPS_PATH = "/approvals/groups";
const GROUP_PATH = "/approvals/group";

/** Those who wait with addresses of one domain, perhaps by one provider. */
interface Group {
  readonly domain: string;
  readonly provider?: string;
  readonly count: number;
  readonly notProven: number;
  readonly oldest: string;
  readonly due: string;
}

/** The groups, the largest first. Somebody who came by two providers is in the groups of both. */
function groupsOf(briefs: readonly RequestBrief[], grouping: Grouping): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const brief of briefs) {
    const domain = domainOf(brief);
    for (const provider of grouping === "provider" ? issuersOf(brief) : [undefined]) {
      const key = JSON.stringify([domain, provider]);
      const group = groups.get(key) ?? {
        domain,
        ...(provider !== undefined && { provider }),
        count: 0,
        notProven: 0,
        oldest: brief.requestedAt,
        due: brief.answerBy,
      };
      groups.set(key, {
        ...group,
        count: group.count + 1,
        notProven: group.notProven + (brief.emailProven ? 0 : 1),
        oldest: brief.requestedAt < group.oldest ? brief.requestedAt : group.oldest,
        due: brief.answerBy < group.due ? brief.answerBy : group.due,
      });
    }
  }
  return [...groups.values()].sort((a, b) => b.count - a.count || (nameOf(a) < nameOf(b) ? -1 : 1));
}

function nameOf({ domain, provider = "" }: Group): string {
  return `${domain} ${provider}`;
}

export function groupPath(asked: QueueAsked): string {
  return `${GROUP_PATH}?${queryOf(asked)}`;
}

/** Those who wait, in groups of what they have in common. */
export async function showGroups(visit: Visit): Promise<Response> {
  const t = visit.say(groupTexts);
  const { asked: typed, flaws } = askedBy(visit);
  const asked: QueueAsked = { ...typed, state: "pending" };
  const grouping = groupings.find((each) => each === visit.query("by")) ?? "domain";
  const around = (
    <>
      <nav aria-label={t.grouping}>
        <ul class="tabs">
          {groupings.map((each) => (
            <li>
              <a href={`${GROUPS_PATH}?${queryOf(asked)}&by=${each}`} aria-current={each === grouping ? "page" : undefined}>
                {t.by[each]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <Filters visit={visit} asked={asked} flaws={flaws} action={GROUPS_PATH} />
    </>
  );
  if (flaws.length > 0) return await visit.page(t.title, around, { status: 400 });
  const { briefs, whole } = await readWaiting(
    visit.world.legibleApprovals(() => {}),
    visit,
    asked,
  );
  const all = groupsOf(briefs, grouping);
  const page = await pageAsked<Group, Pick<Group, "count" | "domain"> & { readonly provider: string }>(visit, {
    read: async (from) => ({
      items:
        from === undefined
          ? all
          : all.filter(
              (group) => group.count < from.count || (group.count === from.count && nameOf(group) > nameOf({ ...group, ...from })),
            ),
    }),
    after: ({ count, domain, provider = "" }) => ({ count, domain, provider }),
  });
  return await visit.page(
    t.title,
    <>
      {around}
      <StalePage visit={visit} page={page} />
      {whole ? null : <p class="note warn">{visit.say(queueTexts).notWhole}</p>}
      <GroupTable visit={visit} asked={asked} groups={page.items} />
      <Pager visit={visit} page={page} />
      <p>
        <a href={`/approvals?${queryOf(asked)}`}>{visit.say(approvalsTexts).back}</a>
      </p>
    </>,
  );
}

interface GroupTableProps {
  readonly visit: Visit;
  readonly asked: QueueAsked;
  readonly groups: readonly Group[];
}

function GroupTable({ visit, asked, groups }: GroupTableProps) {
  const t = visit.say(groupTexts);
  const a = visit.say(approvalsTexts);
  const withProvider = groups.some(({ provider }) => provider !== undefined);
  const columns = [{ name: t.domain }, ...(withProvider ? [{ name: a.signedInWith }] : []), { name: t.count, number: true } as const];
  const rest = [t.oldest, t.due, a.remark, a.decideOne].map((name) => ({ name }));
  return (
    <Table
      caption={hasGates(visit) && asked.gate !== undefined ? `${t.caption} (${gateName(visit, asked.gate)})` : t.caption}
      columns={[...columns, ...rest]}
      rows={groups.map(({ domain, provider, count, notProven, oldest, due }) => {
        const own = { ...asked, domain, ...(provider !== undefined && { provider }) };
        return [
          <a href={`/approvals?${queryOf(own)}`}>{visible(domain)}</a>,
          ...(withProvider ? [visible(provider ?? "")] : []),
          count,
          <Age visit={visit} since={oldest} />,
          <Moment at={due} />,
          notProven === 0 ? null : <span class="tag warn">{t.notProven(notProven)}</span>,
          visit.may("Approver") ? (
            <a href={groupPath(own)} aria-label={`${t.act} ${visible(domain)} ${visible(provider ?? "")}`.trim()}>
              {t.act}
            </a>
          ) : null,
        ];
      })}
      empty={t.none}
    />
  );
}
