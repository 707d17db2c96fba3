import { runningStage, votesNow } from "../../../engine/approvals/stages";
import { stateAt } from "../../../engine/approvals/state-at";
import { requestSubject } from "../../../engine/tasks/task";
import { Avatar, Badge } from "../../parts/badge";
import { Icon } from "../../parts/icon";
import { Facts } from "../../parts/table";
import { TaskPanel } from "../../parts/tasks";
import { visible } from "../../parts/value";
import { PersonLink } from "../people/person-links";
import { isDueSoon, nameShown, nameText, type RequestProps, requestPath, StateTag, shortDay } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { DecideFooter, type DecideFooterProps } from "./decide-footer";
import { Hindrances } from "./hindrances";
import type { RequestAbout } from "./request-about";
import { Decided, Entered, knownFacts } from "./request-facts";
import { RequestHistory } from "./request-history";
import { StageActs, StageDone } from "./stage-acts";
import { askedText, StageFacts, StageLine } from "./stages";
import { stagesTexts as s } from "./stages-texts";

interface RequestPanelProps extends Omit<DecideFooterProps, "request"> {
  readonly about: RequestAbout;
}

/** The person, what they entered, what is known about them, what an approval does, colleagues' notes, and the buttons. */
export function RequestPanel({ visit, about, from, next }: RequestPanelProps) {
  const { request, known, task } = about;
  const isPending = stateAt(request, visit.now) === "pending";
  return (
    <>
      <RequestHeader visit={visit} request={request} />
      <StageDone visit={visit} />
      <StageLine visit={visit} request={request} />
      {isPending ? <Hindrances requests={[request]} known={new Map([[request.id, known]])} /> : <Decided visit={visit} request={request} />}
      <section class="columns">
        <div>
          <h2>{t.entered}</h2>
          <Entered visit={visit} request={request} />
        </div>
        <div>
          <h2>{t.weKnow}</h2>
          <Facts facts={knownFacts(visit, about)} />
        </div>
      </section>
      {isPending ? <IfApproved visit={visit} request={request} /> : null}
      <StageFacts visit={visit} request={request} />
      <StageActs visit={visit} request={request} />
      <TaskPanel visit={visit} subject={requestSubject(request.id)} task={task} />
      <section>
        <details open={from === undefined}>
          <summary>{t.history}</summary>
          <RequestHistory visit={visit} request={request} others={known.others} />
        </details>
      </section>
      <DecideFooter visit={visit} request={request} from={from} next={next} />
    </>
  );
}

function RequestHeader({ visit, request }: RequestProps) {
  const state = stateAt(request, visit.now);
  return (
    <header class="asker">
      <Avatar name={nameText(request)} />
      <div>
        <h2 class="entity">{nameShown(request)}</h2>
        <p>
          <PersonLink email={request.email} /> · <a href={requestPath(request.id)}>{visible(request.reference)}</a>
        </p>
      </div>
      <p class="tags">
        {state === "pending" ? (
          <Badge tone={isDueSoon(request, visit.now) ? "warn" : undefined} icon="due">
            {t.answerBy} {shortDay(visit, request.answerBy)}
          </Badge>
        ) : (
          <StateTag state={state} />
        )}
      </p>
    </header>
  );
}

/** What follows, before anybody decides. */
function IfApproved({ visit, request }: RequestProps) {
  const { stages } = request;
  const missing = stages === undefined ? 0 : (runningStage(stages)?.need ?? 1) - votesNow(stages).length - 1;
  const after = stages?.list[stages.running + 1];
  const isLast = missing <= 0 && after === undefined;
  const lines = [
    ...(missing > 0 ? ([["next", s.missing(missing)]] as const) : []),
    ...(missing <= 0 && after !== undefined ? ([["next", s.next(askedText(visit, after.by))]] as const) : []),
    ...(isLast && request.onApproval === "provision" ? ([["account", t.ifMade]] as const) : []),
    ...(isLast && request.onApproval === "continue" ? ([["next", t.ifLetIn(request.passDays)]] as const) : []),
    ...(isLast
      ? ([
          ["mail", t.ifMail],
          ["undo", request.onApproval === "provision" ? t.undoUntilMade : t.undoUntilIn],
        ] as const)
      : []),
  ] as const;
  return (
    <section>
      <h2>{t.ifApproved}</h2>
      <ul class="if">
        {lines.map(([icon, text]) => (
          <li>
            <Icon name={icon} /> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}
