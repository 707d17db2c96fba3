import { type DoneThing, itemGroups } from "../../../console/app/inbox-item";
import type { Visit } from "../../../console/app/visit";
import { Badge, Mark } from "../../../console/parts/badge";
import { openAddress } from "../../../console/parts/beside";
import { Sparkline } from "../../../console/parts/chart";
import { ButtonLink } from "../../../console/parts/forms";
import { Facts } from "../../../console/parts/table";
import { OwnerMark, TaskButton, TaskPanel } from "../../../console/parts/tasks";
import { Moment, RowTime } from "../../../console/parts/time";
import { countText, shortened, visible } from "../../../console/parts/value";
import { textNamed } from "../../../console/texts/languages";
import type { Task } from "../../../engine/tasks/task";
import { ageText, approvalWords } from "../../approvals/request-words";
import { countedName } from "../../counts/pages/count-tables";
import { isOnItsWay, serviceOfMailing } from "../mailing";
import { inboxTexts as t } from "./inbox-texts";
import type { HandledItem } from "./items";
import { TURNED_AWAY } from "./turned-away";

interface RowsProps {
  readonly visit: Visit;
  readonly items: readonly HandledItem[];
  readonly done: readonly DoneThing[];
  /** The subject whose panel is open. */
  readonly open: string | undefined;
}

/** The items by their groups; what was done just now stays among today's, with its way back. */
export function InboxRows({ visit, items, done, open }: RowsProps) {
  return (
    <ul class="rows inbox" data-keys="">
      {itemGroups.map((group) => {
        const some = items.filter(({ kind }) => kind.group === group);
        const ended = group === "today" ? done : [];
        return some.length + ended.length === 0 ? null : (
          <>
            <li class={group === "now" ? "group bad" : "group"}>
              <h2>{t.groups[group]}</h2>
            </li>
            {some.map((item) => (
              <Row visit={visit} item={item} isOpen={item.subject === open} />
            ))}
            {ended.map((each) => (
              <DoneRow visit={visit} done={each} />
            ))}
          </>
        );
      })}
    </ul>
  );
}

export function DoneRows({ visit, done }: Pick<RowsProps, "visit" | "done">) {
  return (
    <ul class="rows inbox">
      {done.map((each) => (
        <DoneRow visit={visit} done={each} />
      ))}
    </ul>
  );
}

function Row({ visit, item, isOpen }: { readonly visit: Visit; readonly item: HandledItem; readonly isOpen: boolean }) {
  const { subject, kind, title, cause, count, trend, since, due, task } = item;
  return (
    <li aria-current={isOpen ? "true" : undefined} data-key={subject}>
      <Mark tone={kind.tone} icon={kind.icon} />
      <div class="what">
        <b>
          <a href={openAddress(visit, subject)}>{title}</a>
        </b>
        <small>{cause}</small>
      </div>
      <b class="number">{count}</b>
      <span class="trend">
        {trend === undefined ? null : <Sparkline values={trend.values} kind={kind.trend ?? "block"} label={t.trends[trend.by]} />}
      </span>
      <OwnerMark owner={task?.owner} />
      <span class="age">{due ?? (since === undefined ? "" : ageText(visit.say(approvalWords), since, visit.now))}</span>
      <span class="act">
        <ItemAction visit={visit} item={item} />
      </span>
    </li>
  );
}

interface ItemActionProps {
  readonly visit: Visit;
  readonly item: HandledItem;
  /** Whether it is what the panel is opened for. */
  readonly isFirst?: boolean;
}

/** The one thing to do, for those who may; where nothing else ends an item, that. */
function ItemAction({ visit, item: { action }, isFirst = false }: ItemActionProps) {
  if (action === undefined || !visit.may(action.role ?? "Reader")) return null;
  return <ButtonLink path={action.path} text={action.text} class={isFirst ? "button" : "button quiet"} />;
}

function DoneRow({ visit, done: { at, by, what, undo } }: { readonly visit: Visit; readonly done: DoneThing }) {
  return (
    <li class="done">
      <Mark tone="good" icon="allow" />
      <div class="what">
        <span>
          {by?.id === visit.session.subject ? t.you : <bdi>{visible(by?.name ?? "")}</bdi>}
          {": "}
          {what}
        </span>
      </div>
      <RowTime visit={visit} at={at} />
      {undo}
    </li>
  );
}

/** What somebody ended: an item, or a mailing that goes out. */
export function taskDone(visit: Visit, task: Task): DoneThing {
  const isOver = isOnItsWay(task, visit.now) || !visit.may("Approver");
  return {
    at: task.done?.at ?? "",
    by: task.done?.by,
    what: doneWords(visit, task),
    undo: isOver ? null : <TaskButton visit={visit} subject={task.subject} task={task} change="reopen" text={t.undo} />,
  };
}

function doneWords(visit: Visit, task: Task) {
  const mailed = serviceOfMailing(task);
  if (mailed !== undefined) return t.mailed(countText(visit, task.done?.people ?? 0), countedName(mailed));
  if (task.subject.startsWith(TURNED_AWAY)) return t.wroteOff(countedName(task.subject.slice(TURNED_AWAY.length)));
  return (
    <>
      {textNamed(t.doneWhat, task.done?.what ?? "") ?? t.done} <bdi>{shortened(task.subject, 60)}</bdi>
    </>
  );
}

/** Where nothing waits: what would be here. On the first day, how to begin. */
export function Nothing({ visit, view, isFirstDay }: { readonly visit: Visit; readonly view: string; readonly isFirstDay: boolean }) {
  const here: Readonly<Record<string, string>> = t.nothingHere;
  if (here[view] !== undefined) return <div class="empty">{here[view]}</div>;
  return (
    <div class="empty">
      <p>
        <b>{t.nothing}</b> {t.nothingHint}
      </p>
      {isFirstDay ? <FirstSteps visit={visit} /> : null}
    </div>
  );
}

function FirstSteps({ visit }: { readonly visit: Visit }) {
  const { simulatorUrl } = visit.world;
  return (
    <>
      <p>{t.first}</p>
      <ul>
        {simulatorUrl === undefined ? (
          <li>{t.firstSteps.connect}</li>
        ) : (
          <li>
            <a href={simulatorUrl}>{t.firstSteps.run}</a>
          </li>
        )}
        <li>
          <a href="/access-list">{t.firstSteps.list}</a>
        </li>
        <li>
          <a href="/access-list/import">{t.firstSteps.import}</a>
        </li>
      </ul>
    </>
  );
}

/** One item beside the list: what it is, its newest decisions, what an action would do, its owner and notes. */
export async function itemPanel(visit: Visit, item: HandledItem) {
  const { subject, kind, title, cause, count, since, newest, all, task } = item;
  const more = await item.more?.();
  const decisions = more?.newest ?? [];
  return (
    <>
      <header>
        <Badge tone={kind.tone} icon={kind.icon}>
          {visit.say(kind.name)}
        </Badge>
        <h2 class="entity">{title}</h2>
        <p>{cause}</p>
      </header>
      <section>
        <Facts
          facts={[
            [t.seen, since && <Moment at={since} />],
            [t.newest, newest && <Moment at={newest} />],
            [t.outcome, more?.outcome],
          ]}
        />
      </section>
      {decisions.length === 0 && all === undefined ? null : (
        <section>
          {decisions.length === 0 ? null : <h2>{t.newest}</h2>}
          {decisions.map(({ reference, at, email = "" }) => (
            <p class="newest">
              <RowTime visit={visit} at={at} /> <bdi class="value">{visible(email)}</bdi>{" "}
              <a href={`/decisions/${encodeURIComponent(reference)}`}>{reference}</a>
            </p>
          ))}
          {all === undefined ? null : (
            <p>
              <a href={all}>{t.seeAll(count ?? "")}</a>
            </p>
          )}
        </section>
      )}
      {more?.below}
      <TaskPanel visit={visit} subject={subject} task={task} />
      <footer>
        <ItemAction visit={visit} item={item} isFirst />
        {item.finish !== undefined && visit.may("Approver") ? (
          <TaskButton visit={visit} subject={subject} task={task} change="finish" text={item.finish} />
        ) : null}
      </footer>
    </>
  );
}
