import type { ConsoleFeature } from "../../../console/app/visit";
import { INVITE_PATH, routes } from "./invitations";

export const feature = {
  routes,
  commands: [
    {
      path: INVITE_PATH,
      access: "Approver",
      name: { en: "Invite people…", ko: "사람 초대…" },
      icon: "people",
      button: { on: "/people", name: { en: "Invite people", ko: "초대하기" } },
    },
  ],
} satisfies ConsoleFeature;
