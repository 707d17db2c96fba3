import type { Visit } from "../../../console/app/visit";
import { Avatar, Badge } from "../../../console/parts/badge";
import { Icon, type IconName } from "../../../console/parts/icon";
import { PersonLink } from "../../../console/parts/person-links";
import { Facts } from "../../../console/parts/table";
import { TaskPanel } from "../../../console/parts/tasks";
import { visible } from "../../../console/parts/value";
import { requestSubject } from "../../../engine/tasks/task";
import type { ApprovalRequest } from "../request";
import { runningStage, votesNow } from "../stages";
import { stateAt } from "../state-at";
import { isDueSoon, nameShown, nameText, type RequestProps, requestPath, StateTag, shortDay } from "./approvals-parts";
import { approvalsTexts as t } from "./approvals-texts";
import { Blockers } from "./blockers";
import { DecideFooter, type DecideFooterProps } from "./decide-footer";
import type { RequestAbout } from "./request-about";
import { DecidedFacts, Entered, knownFacts, RequestDetails } from "./request-facts";
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
      {isPending ? (
        <Blockers requests={[request]} known={new Map([[request.id, known]])} />
      ) : (
        <DecidedFacts visit={visit} request={request} />
      )}
      <section class="columns">
        <div>
          <h2>{t.entered}</h2>
          <Entered visit={visit} request={request} />
        </div>
        <div>
          <h2>{t.weKnow}</h2>
          <Facts facts={knownFacts(visit, about)} />
          <RequestDetails {...about} />
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
  return (
    <section>
      <h2>{t.ifApproved}</h2>
      <ul class="if">
        {followsApproval(visit, request).map(([icon, text]) => (
          <li>
            <Icon name={icon} /> {text}
          </li>
        ))}
      </ul>
    </section>
  );
}

function followsApproval(visit: Visit, { stages, onApproval, passDays }: ApprovalRequest): readonly (readonly [IconName, string])[] {
  const missing = stages === undefined ? 0 : (runningStage(stages)?.need ?? 1) - votesNow(stages).length - 1;
  if (missing > 0) return [["next", s.missing(missing)]];
  const after = stages?.list[stages.running + 1];
  if (after !== undefined) return [["next", s.next(askedText(visit, after.by))]];
  const isMade = onApproval === "provision";
  return [
    isMade ? ["account", t.ifMade] : ["next", t.ifLetIn(passDays)],
    ["mail", t.ifMail],
    ["undo", isMade ? t.undoUntilMade : t.undoUntilIn],
  ];
}
