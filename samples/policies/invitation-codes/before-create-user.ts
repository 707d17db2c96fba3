import { beforeCreateUser, permittedValue } from "entra-gatehouse";

/** Each code lets one person in. After three wrong codes, the person has to wait until tomorrow. */
export default beforeCreateUser([permittedValue("extension_InvitationCode", { maxUses: 1, spaces: "remove", guessesPerDay: 3 })], {
  messages: {
    "attribute.required": { en: "Write the code of your invitation.", ko: "초대장에 있는 코드를 입력하세요." },
  },
  labels: { extension_InvitationCode: { en: "Invitation code", ko: "초대 코드" } },
});
