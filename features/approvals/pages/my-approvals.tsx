import type { ConsoleRoute } from "../../../console/app/visit";
import { homes } from "../../../console/session/roles";
import { pageTexts } from "../../../console/texts/languages";
import { asksByName } from "../stages";
import { deciderOf } from "./approvals-parts";
import { DelegationLink } from "./delegation";
import { ownRequestRoutes } from "./own-requests";

// Deciders: the requests that wait for their very decision, the guests they answer for, and nothing else of the console.

const myApprovalsTexts = pageTexts({
  title: ["Requests that ask you", "내가 결정할 요청"],
  only: [
    "You see the requests that ask you for a decision: as a sponsor, by your address, or by a role or group of yours.",
    "담당자로서, 또는 내 주소, 역할, 그룹으로 결정을 요청받은 건만 표시됩니다.",
  ],
});

export const routes: readonly ConsoleRoute[] = ownRequestRoutes({
  path: homes.Decider,
  access: "Decider",
  isTheirs: (visit, request) => asksByName(request, deciderOf(visit), visit.now),
  words: () => myApprovalsTexts,
  more: async (visit) => (
    <>
      {await Promise.all(visit.features.map(({ besideMyApprovals }) => besideMyApprovals?.(visit)))}
      <DelegationLink />
    </>
  ),
});
