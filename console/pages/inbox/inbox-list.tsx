import type { ChangeSet } from "../../../engine/access-list/change-set";
import { ageText, approvalWords } from "../../../engine/messages/operator/approvals";
import type { Task } from "../../../engine/tasks/task";
import type { Visit } from "../../app/visit";
import { Mark } from "../../parts/badge";
import { openAddress } from "../../parts/beside";
import { addressWith } from "../../parts/chips";
import { Sparkline } from "../../parts/sparkline";
import { OwnerMark, TaskButton } from "../../parts/tasks";
import { RowTime } from "../../parts/time";
import { shortened, visible } from "../../parts/value";
import { textNamed } from "../../texts/languages";
import { setPath, UndoForm } from "../access-list/change-set-parts";
import { changeSetTexts as c } from "../access-list/change-set-texts";
import { inboxTexts as t } from "./inbox-texts";
import { type HandledItem, itemGroups, itemKinds } from "./items";

/** What was done, by anybody: an item that somebody ended, or an edit of the access list. */
export type DoneThing = { readonly at: string } & ({ readonly task: Task } | { readonly set: ChangeSet });

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
        const some = items.filter(({ kind }) => itemKinds[kind].group === group);
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
      <Mark {...itemKinds[kind]} />
      <div class="what">
        <b>
          <a href={openAddress(visit, subject)}>{title}</a>
        </b>
        <small>{cause}</small>
      </div>
      <b class="number">{count}</b>
      <span class="trend">
        {trend === undefined ? null : (
          <Sparkline values={trend.values} kind={itemKinds[kind].trend ?? "block"} label={t.trends[trend.by]} />
        )}
      </span>
      <OwnerMark owner={task?.owner} />
      <span class="age">{due ?? (since === undefined ? "" : ageText(visit.say(approvalWords), since, visit.now))}</span>
      <span class="act">
        <ItemAction visit={visit} item={item} />
      </span>
    </li>
  );
}

/** The one thing to do, for those who may; where nothing else ends an item, that. */
export function ItemAction({
  visit,
  item,
  isFirst = false,
}: {
  readonly visit: Visit;
  readonly item: HandledItem;
  readonly isFirst?: boolean;
}) {
  const { action } = item;
  if (action === undefined || !visit.may(action.role ?? "Reader")) return null;
  return (
    <a class={isFirst ? "button" : "button quiet"} href={action.path}>
      {action.text}
    </a>
  );
}

function DoneRow({ visit, done }: { readonly visit: Visit; readonly done: DoneThing }) {
  const isTask = "task" in done;
  const by = isTask ? done.task.done?.by : { id: done.set.by, name: done.set.name ?? done.set.by };
  return (
    <li class="done">
      <Mark tone="good" icon="allow" />
      <div class="what">
        <span>
          {by?.id === visit.session.subject ? t.you : <bdi>{visible(by?.name ?? "")}</bdi>}
          {": "}
          {isTask ? (
            <>
              {textNamed(t.doneWhat, done.task.done?.what ?? "") ?? t.done} <bdi>{shortened(done.task.subject, 60)}</bdi>
            </>
          ) : (
            <a href={setPath(done.set.id)}>
              {done.set.entry === undefined ? "" : `${shortened(done.set.entry, 60)}: `}
              {c.counts(done.set.added, done.set.changed, done.set.removed)}
            </a>
          )}
        </span>
      </div>
      <RowTime at={done.at} now={visit.now} language={visit.language} />
      {isTask ? (
        visit.may("Approver") ? (
          <TaskButton visit={visit} subject={done.task.subject} task={done.task} change="reopen" text={t.undo} />
        ) : null
      ) : visit.may("Administrator") && done.set.revertedBy === undefined ? (
        <UndoForm visit={visit} id={done.set.id} />
      ) : null}
    </li>
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

/** The address of this page without what it is narrowed to. */
export function wholeAddress(visit: Visit): string {
  return addressWith(visit, ["from", "to"], {});
}
