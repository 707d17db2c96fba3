import type { Child } from "hono/jsx";
import { Badge, Mark } from "../../console/parts/badge";
import { Alert } from "../../console/parts/forms";
import { Icon, type IconName } from "../../console/parts/icon";
import { PageHead } from "../../console/parts/page-head";
import { visible } from "../../console/parts/value";
import type { Person } from "../../simulator/client/person";
import type { People, Tried } from "../workbench/bench";
import type { Card, CardName } from "../workbench/cards";
import { benchTexts } from "./bench-texts";
import { pageAddress, Trouble, type View } from "./layout";
import { isSamePerson, outcomeLooks } from "./run";
import { nameProvider, simulatorTexts } from "./texts";
import { WhoLink } from "./who-page";

const icons: Readonly<Record<CardName, IconName>> = {
  allowed: "allow",
  colleague: "person",
  approval: "waits",
  approved: "approvals",
  referred: "waits",
  denied: "deny",
  provider: "deny",
  unlisted: "list",
  uninvited: "list",
  open: "allow",
  expired: "expiry",
  code: "ticket",
  "used-code": "ticket",
  "expired-code": "ticket",
  "wrong-code": "ticket",
  forgets: "edit",
  "vendor-down": "outage",
  korean: "language",
};

interface CardsProps {
  readonly cards: Tried<readonly Card[]>;
  /** The person who has signed up. */
  readonly person: Person | undefined;
  readonly view: View;
}

export function CardsPart({ cards, person, view }: CardsProps) {
  const { run: t, outcomes } = simulatorTexts;
  const all = cards.ok ? cards.value : [];
  return (
    <div class="people">
      <PageHead title={t.heading} />
      {cards.ok ? null : <Trouble text={t.noCards} detail={cards.problem} />}
      <ul class="rows">
        {all.map((card) => (
          <PersonRow
            path={pageAddress(view, { card: card.name })}
            isHere={isSamePerson(card.person, person)}
            mark={<Mark tone={card.outcome && outcomeLooks[card.outcome].tone} icon={icons[card.name]} />}
            name={t.cards[card.name]}
            says={`${visible(card.person.email)}, ${visible(nameProvider(card.person.issuer))}`}
          >
            <Badge tone={card.outcome && outcomeLooks[card.outcome].tone}>
              {card.outcome === undefined ? t.notRun : outcomes[card.outcome]}
            </Badge>
          </PersonRow>
        ))}
        <PersonRow
          path={pageAddress(view, { new: "1" })}
          isHere={view.asked.new !== undefined}
          mark={<Mark icon="add" />}
          name={t.somebodyElse}
          says={t.onlyAddress}
        >
          <Icon name="next" />
        </PersonRow>
      </ul>
      {view.people === undefined || view.people.people.length + view.people.flaws.length === 0 ? null : (
        <SavedPart saved={view.people} view={view} />
      )}
      <p class="hint">{t.footer}</p>
      <WhoLink view={view} />
    </div>
  );
}

interface RowProps {
  readonly path: string;
  readonly isHere?: boolean;
  readonly mark?: Child;
  readonly name: string;
  readonly says: string;
  readonly children?: Child;
}

function PersonRow({ path, isHere = false, mark, name, says, children }: RowProps) {
  return (
    <li aria-current={isHere ? "true" : undefined}>
      {mark}
      <a class="what" href={path} aria-current={isHere ? "true" : undefined}>
        <b>{name}</b>
        <small>{says}</small>
      </a>
      {children}
    </li>
  );
}

function SavedPart({ saved: { people, flaws }, view }: { readonly saved: People; readonly view: View }) {
  const { people: t } = benchTexts;
  const { tenants } = simulatorTexts;
  return (
    <details open={flaws.length > 0}>
      <summary>
        {t.heading} ({people.length})
      </summary>
      <p class="hint">{t.lead}</p>
      {flaws.length === 0 ? null : (
        <Alert kind="warn">
          <p>{t.flaws}</p>
          <ul>
            {flaws.map((flaw) => (
              <li>{visible(flaw)}</li>
            ))}
          </ul>
        </Alert>
      )}
      <ul class="rows">
        {people.map(({ name, title = name, tenant, gate, person }) => (
          <PersonRow
            path={`/?${new URLSearchParams({ person: name, lang: view.language })}`}
            name={visible(title)}
            says={visible([person.email, tenants[tenant], ...(gate === undefined ? [] : [gate])].join(" · "))}
          />
        ))}
      </ul>
    </details>
  );
}
