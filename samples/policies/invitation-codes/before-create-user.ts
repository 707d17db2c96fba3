import { beforeCreateUser, permittedValue } from "entra-gatehouse";

/** Whoever has a code gets in, once. Three wrong ones, and it is tomorrow's turn. */
export default beforeCreateUser([permittedValue("extension_InvitationCode", { uses: 1, spaces: "remove", guessesPerDay: 3 })], {
  messages: {
    "attribute.required": { en: "Write the code of your invitation.", ko: "초대장에 있는 코드를 입력하세요." },
  },
  labels: { extension_InvitationCode: { en: "Invitation code", ko: "초대 코드" } },
});
