import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { Received, StandInAnswer } from "../outside-system";
import { type GraphAccount, sameText } from "./directory";
import { misbehave, namesIn } from "./misbehaviour";
import { GraphErrorReply } from "./refusal";
import { checked, told } from "./request";
import type { Tenant } from "./tenant";
import { boundedText, mailAddress } from "./texts";

const TENANT_DOMAIN = "contoso.onmicrosoft.com";
const invitationSchemas = {
  invitedUserEmailAddress: mailAddress,
  inviteRedirectUrl: v.pipe(v.string(), v.url()),
};
const invitationOptions = { sendInvitationMessage: v.boolean(), invitedUserDisplayName: boundedText(256) };

export function invite(tenant: Tenant, received: Received): StandInAnswer {
  const body = checked(tenant, received, invitationSchemas, invitationOptions);
  const about = misbehave(tenant, received, body);
  const mail = body.invitedUserEmailAddress as string;
  const standing = tenant.directory.accounts.find((each) => sameText(each.mail, mail));
  if (standing !== undefined && standing.userType !== "Guest") throw new GraphErrorReply(400, "BadRequest");
  const bounced = namesIn(body).includes("bounced");
  const account = standing ?? invited(mail, tenant.domain ?? TENANT_DOMAIN);
  if (standing === undefined && !bounced) {
    tenant.directory.accounts.push(account);
    tenant.directory.save();
  }
  const invitation = {
    "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#invitations/$entity",
    id: randomUUID(),
    inviteRedeemUrl: `https://login.microsoftonline.com/redeem?rd=${encodeURIComponent(`https://invitations.microsoft.com/redeem/?user=${account.id}&ticket=${randomUUID()}`)}`,
    invitedUserDisplayName: null,
    invitedUserType: "Guest",
    sendInvitationMessage: false,
    resetRedemption: false,
    ...body,
    status: bounced ? "Error" : "PendingAcceptance",
    invitedUser: { id: account.id },
  };
  return { ...told(201, invitation, "201: invitation"), about };
}

function invited(mail: string, domain: string): GraphAccount {
  const userPrincipalName = `${mail.replace("@", "_")}#EXT#@${domain}`;
  return {
    id: randomUUID(),
    createdDateTime: new Date().toISOString(),
    userPrincipalName,
    accountEnabled: true,
    mail,
    userType: "Guest",
    identities: [],
    externalUserState: "PendingAcceptance",
  };
}
