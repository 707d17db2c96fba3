import { pageTexts } from "../../texts/languages";

export const sessionsTexts = pageTexts(
  {
    title: "Sessions",
    caption: "Sessions under way, newest first",
    none: "Nobody is signed in.",
    who: "Who",
    role: "Role at sign-in",
    begun: "Signed in",
    noRole: "None",
    yours: "This is you",
    end: "End",
    endOf: (name: string) => `End the session of ${name}`,
    hint: "A session that nobody used for 30 minutes is over, though it stands here for up to eight hours. To keep somebody out, take the role away in Entra first: it counts within five minutes.",
    noRenewal: (sessions: number, minutes: number) =>
      `Entra gave ${sessions} of these sessions no refresh token. Their roles are looked at again only at the next sign-in, which is due after ${minutes} minutes. In Entra, grant the application the delegated permission offline_access.`,
    done: { ended: "Ended: that session opens nothing any more." } as Record<string, string>,
    gone: "There is no such session under way. It may have ended meanwhile.",
    back: "Back to the sessions",
  },
  {
    title: "세션",
    caption: "진행 중인 세션(최신순)",
    none: "로그인한 사람이 없습니다.",
    who: "사용자",
    role: "로그인 시 역할",
    begun: "로그인 시각",
    noRole: "없음",
    yours: "본인",
    end: "종료",
    endOf: (name) => `${name}의 세션 종료`,
    hint: "30분 동안 사용하지 않은 세션은 끝나지만 최대 8시간 동안 여기에 표시됩니다. 접근을 막으려면 먼저 Entra에서 역할을 회수하세요. 5분 안에 반영됩니다.",
    noRenewal: (sessions, minutes) =>
      `Entra가 세션 ${sessions}개에 새로 고침 토큰을 주지 않았습니다. 이 세션의 역할은 다음에 로그인할 때만 다시 확인되며, ${minutes}분이 지나면 다시 로그인해야 합니다. Entra에서 애플리케이션에 위임된 권한 offline_access를 부여하세요.`,
    done: { ended: "종료했습니다. 이 세션으로는 더 이상 아무것도 열 수 없습니다." },
    gone: "진행 중인 세션이 아닙니다. 그사이에 끝났을 수 있습니다.",
    back: "세션 목록으로",
  },
);
