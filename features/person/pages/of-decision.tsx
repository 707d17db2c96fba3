import type { Child } from "hono/jsx";
import type { ShutOut, Visit } from "../../../console/app/visit";
import { DomainLink, keepingOut, personPath, readShutOuts, ShutOutBadge } from "../../../console/parts/links";
import { Facts } from "../../../console/parts/table";
import { countText, providerNames } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { splitAddress } from "../../../engine/sign-up/email";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { approvalsTexts } from "../../approvals/pages/approvals-texts";
import { accountLifecycleRow } from "./lifecycle-rows";
import { StandingBadge } from "./lifecycle-standing";
import { type KnownPerson, knownPerson } from "./read-person";

export async function personOfDecision(visit: Visit, { email, issuers }: DecisionRecord): Promise<Child> {
  if (email === undefined) return null;
  const [known, shutOuts] = await Promise.all([knownPerson(visit, { email }), readShutOuts(visit, [email])]);
  const { recent } = known;
  return (
    <section>
      <h2>{frameTexts.person}</h2>
      <Facts
        facts={[
          [frameTexts.domain, <DomainLink domain={splitAddress(email).domain} />],
          // A single decision needs no link, because this page already shows it.
          [frameTexts.decisions, recent.length > 1 && <a href={personPath(email)}>{countText(visit, recent.length)}</a>],
          [frameTexts.signedInWith, issuers && providerNames(issuers)],
          [frameTexts.account, accountNow(visit, known, keepingOut(shutOuts.get(email))[0])],
        ]}
      />
    </section>
  );
}

function accountNow(visit: Visit, { requests, accountRows: [row] }: KnownPerson, out: ShutOut | undefined): Child {
  if (out !== undefined) return <ShutOutBadge out={out} />;
  if (row !== undefined) return <StandingBadge row={accountLifecycleRow(row)} now={visit.now} />;
  return requests.some(({ account }) => account !== undefined) && approvalsTexts.states.provisioned;
}
