import { beforeCreateUser, permittedValue } from "entra-gatehouse";

/** Each code lets one person in. After three wrong codes, the person has to wait until tomorrow. */
export default beforeCreateUser([permittedValue("extension_InvitationCode", { maxUses: 1, spaces: "remove", guessesPerDay: 3 })], {
  labels: { extension_InvitationCode: { en: "Invitation code", ko: "초대 코드" } },
});
