import type { ConsoleRoute } from "../../../console/app/visit";
import { homes } from "../../../console/session/roles";
import { pageTexts } from "../../../console/texts/languages";
import { asksByName } from "../stages";
import { deciderOf } from "./approvals-parts";
import { DelegationLink } from "./delegation";
import { ownRequestRoutes } from "./own-requests";

// Pages of deciders: the requests that ask them and the guests that they sponsor, but nothing else of the console.

const myApprovalsTexts = pageTexts({
  title: ["Waiting for your decision", "내가 결정할 요청"],
  only: [
    "These requests name your address, your role or group, or you as the sponsor.",
    "내 주소, 역할, 그룹으로 또는 담당자로서 받은 요청입니다.",
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
