import { pageTexts } from "../../texts/languages";
import type { Hindrance } from "./known";

export const hindranceTexts = pageTexts(
  {
    /** In a row. */
    short: {
      "issuer-not-supported": "No account possible",
      "identity-incomplete": "Identity incomplete",
      "failed-before": "Account failed before",
      "account-exists": "Account exists",
      "look-alike": "Look-alike domain",
      "not-proven": "Address not verified",
    } as Record<Hindrance, string>,
    one: {
      "issuer-not-supported": (provider) =>
        `Gatehouse can't create guest accounts for ${provider}: if you approve, the account fails, unless your settings invite everybody. Create the account in Entra instead, or deny.`,
      "identity-incomplete": (provider) =>
        `Entra didn't send this person's id at ${provider}: if you approve, the account fails. Create the account in Entra instead, or deny.`,
      "failed-before": () => "An account for this request failed before. Check the history for what was mended since.",
      "account-exists": () => "An account was already created for this person. If you approve, it is kept as it is, or the new one fails.",
      "look-alike": (like) =>
        `The address's domain only looks like ${like}, which is known here. Ask somebody you know there before you approve.`,
      "not-proven": (provider) => `${provider} lets people claim any address. Contact the person in another way before you approve.`,
    } as Record<Hindrance, (provider: string) => string>,
    letIn: "If you approve, anyone who signs in there and claims this address is let in once.",
    cannot: (count: number, total: number) => `${count} of ${total} can't get an account if you approve:`,
    look: "Check before you approve:",
    several: {
      "issuer-not-supported": (count, providers) =>
        `${count}: Gatehouse can't create guest accounts for ${providers}, unless your settings invite everybody.`,
      "identity-incomplete": (count, providers) => `${count}: Entra didn't send the person's id at ${providers}.`,
      "failed-before": (count) => `${count}: an account for the request failed before.`,
      "account-exists": (count) => `${count}: an account was already created for the person.`,
      "look-alike": (count, likes) => `${count}: the address's domain only looks like one that is known here: ${likes}.`,
      "not-proven": (count, providers) =>
        `${count}: address not verified. ${providers} lets people claim any address. Contact each of them in another way before you approve.`,
    } as Record<Hindrance, (count: number, providers: string) => string>,
    letInSeveral: "If you approve, anyone who signs in there and claims one of these addresses is let in once.",
  },
  {
    short: {
      "issuer-not-supported": "계정 생성 불가",
      "identity-incomplete": "ID 정보 부족",
      "failed-before": "이전에 계정 생성 실패",
      "account-exists": "기존 계정 있음",
      "look-alike": "유사 도메인",
      "not-proven": "주소 미확인",
    },
    one: {
      "issuer-not-supported": (provider) =>
        `Gatehouse는 ${provider}의 게스트 계정을 만들 수 없습니다. 모두 초대하도록 설정하지 않았다면 승인해도 계정 생성이 실패합니다. Entra에서 직접 계정을 만들거나 거부하세요.`,
      "identity-incomplete": (provider) =>
        `Entra가 ${provider}의 사용자 ID를 보내지 않았습니다. 승인해도 계정 생성이 실패합니다. Entra에서 직접 계정을 만들거나 거부하세요.`,
      "failed-before": () => "이 요청의 계정 생성이 이전에 실패했습니다. 그 뒤 무엇이 해결되었는지 이력을 확인하세요.",
      "account-exists": () => "이 사람의 계정이 이미 만들어졌습니다. 승인하면 기존 계정이 그대로 유지되거나 새 계정 생성이 실패합니다.",
      "look-alike": (like) =>
        `이 주소의 도메인은 알려진 ${like}과(와) 비슷해 보일 뿐 다른 도메인입니다. 승인하기 전에 그곳의 아는 사람에게 확인하세요.`,
      "not-proven": (provider) => `${provider}에서는 누구나 임의의 주소를 쓸 수 있습니다. 승인하기 전에 다른 방법으로 본인에게 확인하세요.`,
    },
    letIn: "승인하면 이 제공자로 로그인하여 이 주소를 쓰는 사람이 한 번 가입할 수 있습니다.",
    cannot: (count, total) => `승인해도 ${total}건 중 ${count}건은 계정을 만들 수 없습니다.`,
    look: "승인하기 전에 확인하세요.",
    several: {
      "issuer-not-supported": (count, providers) =>
        `${count}건: Gatehouse는 ${providers}의 게스트 계정을 만들 수 없습니다(모두 초대하도록 설정한 경우 제외).`,
      "identity-incomplete": (count, providers) => `${count}건: Entra가 ${providers}의 사용자 ID를 보내지 않았습니다.`,
      "failed-before": (count) => `${count}건: 이전에 계정 생성이 실패했습니다.`,
      "account-exists": (count) => `${count}건: 이 사람의 계정이 이미 있습니다.`,
      "look-alike": (count, likes) => `${count}건: 알려진 도메인과 비슷해 보이는 다른 도메인: ${likes}.`,
      "not-proven": (count, providers) =>
        `${count}건: 주소 미확인. ${providers}에서는 누구나 임의의 주소를 쓸 수 있습니다. 승인하기 전에 다른 방법으로 각 신청자에게 확인하세요.`,
    },
    letInSeveral: "승인하면 이 제공자로 로그인하여 이 주소 중 하나를 쓰는 사람이 한 번 가입할 수 있습니다.",
  },
);
