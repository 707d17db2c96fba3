import type { ConsoleFeature, SearchSource } from "../../../console/app/visit";
import { shortenText } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { returnedMails } from "./inbox";
import { readsInvitations, routes } from "./invitations";
import { INVITE_PATH } from "./invite-many";

/** Opens the filled-in form for "invite kim@contoso.com". */
const inviteSomebody: SearchSource = {
  async asked({ may, world }, [verb = "", typed = ""]) {
    const address = normaliseEmail(typed);
    const isInvite = ["invite", t.verb].includes(verb);
    if (!may("Approver") || !isInvite || address === undefined || !readsInvitations(world)) return [];
    const path = `${INVITE_PATH}?${new URLSearchParams({ address })}`;
    return [{ path, name: t.invite(shortenText(address, 80)), icon: "people" }];
  },
};

const t = pageTexts({
  verb: ["invite", "초대"],
  invite: [(address: string) => `Invite ${address}…`, (address) => `${address} 초대…`],
});

export const pages = {
  order: 5,
  routes,
  search: inviteSomebody,
  inbox: returnedMails,
  commands: [
    {
      path: INVITE_PATH,
      access: "Approver",
      name: { en: "Invite people…", ko: "사람 초대…" },
      icon: "people",
      needs: readsInvitations,
      button: { on: "/people", name: { en: "Invite people", ko: "초대하기" } },
    },
  ],
} satisfies ConsoleFeature;
