import { pageTexts } from "../../texts/languages";
import type { Life } from "./lives";

/** What the console calls the parts of a guest's life. */
export const lifeTexts = pageTexts(
  {
    title: "People",
    views: { all: "Lately", invited: "Invited", waiting: "Waiting", in: "In", ending: "Ending", ended: "Ended" } as Record<
      Life | "all",
      string
    >,
    byLife: "People by where they are",
    person: "Person",
    state: "State",
    sponsor: "Sponsor",
    code: "Code",
    dates: { invited: "Until", waiting: "Since", in: "Ends", ending: "Ends", ended: "Ended" } as Record<Life, string>,
    states: {
      invited: "Invited",
      approved: "Approved, not yet in",
      asked: "Asked for approval",
      listed: "Waiting list",
      expired: "Invitation ended",
      revoked: "Invitation revoked",
    },
    none: {
      invited: "Nobody has an open invitation. Invited people sign up at a gate whose policy asks for invitations.",
      waiting: "Nobody waits for an answer.",
      in: "Nobody is in yet.",
      ending: "Nobody's access ends within 30 days.",
      ended: "No invitation has ended unused or was revoked.",
    } as Record<Life, string>,
    chooseAll: "Select all",
    choose: (email: string) => `Select ${email}`,
    selected: "Selected people",
    invite: "Invite people",
    oldest: "Let in those who have waited longest on the waiting list",
    howMany: "How many",
  },
  {
    title: "사람",
    views: { all: "최근", invited: "초대됨", waiting: "대기 중", in: "이용 중", ending: "곧 종료", ended: "종료됨" },
    byLife: "상태별 사람",
    person: "사람",
    state: "상태",
    sponsor: "담당자",
    code: "코드",
    dates: { invited: "기한", waiting: "시작", in: "종료일", ending: "종료일", ended: "종료" },
    states: {
      invited: "초대됨",
      approved: "승인됨, 아직 가입 전",
      asked: "승인 요청",
      listed: "대기자 명단",
      expired: "초대 만료",
      revoked: "초대 취소됨",
    },
    none: {
      invited: "유효한 초대가 없습니다. 초대받은 사람은 정책이 초대를 확인하는 게이트에서 가입할 수 있습니다.",
      waiting: "답변을 기다리는 사람이 없습니다.",
      in: "이용 중인 사람이 없습니다.",
      ending: "30일 안에 이용이 끝나는 사람이 없습니다.",
      ended: "사용되지 않고 만료되거나 취소된 초대가 없습니다.",
    },
    chooseAll: "모두 선택",
    choose: (email) => `${email} 선택`,
    selected: "선택한 사람",
    invite: "초대하기",
    oldest: "대기자 명단에서 가장 오래 기다린 사람부터 허용",
    howMany: "인원",
  },
);
