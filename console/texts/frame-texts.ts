import { pageTexts } from "./languages";

export const frameTexts = pageTexts({
  skip: ["Skip to content", "본문으로 건너뛰기"],
  menu: ["Main", "주 메뉴"],
  more: ["More", "더 보기"],
  data: ["Data", "데이터"],
  account: [(name: string) => `Account: ${name}`, (name) => `계정: ${name}`],
  find: ["Search: code, address, domain, entry", "검색: 코드, 주소, 도메인, 항목"],
  findHint: ["Search or run…", "검색 또는 실행…"],
  backToSimulator: ["Back to the simulator", "시뮬레이터로 돌아가기"],
  runsAgain: ["The sign-up runs again there.", "그곳에서 가입이 다시 실행됩니다."],
  apply: ["Apply", "적용"],
  removeFilter: [(name: string) => `Remove the filter ${name}`, (name) => `${name} 필터 제거`],
  close: ["Close", "닫기"],
  cancel: ["Cancel", "취소"],
  noSuchFilter: [
    (names: string) => `The address has filters that this page does not know. They were ignored: ${names}`,
    (names) => `주소에 이 페이지의 필터가 아닌 조건이 있어 적용하지 않았습니다: ${names}`,
  ],
  searchAgain: ["Nothing was searched for. Correct this, then search again.", "검색하지 않았습니다. 고친 다음 다시 검색하세요."],
  signOut: ["Sign out", "로그아웃"],
  signIn: ["Sign in", "로그인"],
  signInAsAnother: ["Sign in as somebody else", "다른 계정으로 로그인"],
  home: ["Go to the inbox", "할 일로 이동"],
  roles: {
    Partner: ["Partner", "파트너"],
    Decider: ["Decider", "결정자"],
    Reader: ["Reader", "조회자"],
    Approver: ["Approver", "승인자"],
    Administrator: ["Administrator", "관리자"],
  },
  noRoleTitle: ["You have no role here", "부여된 역할이 없습니다"],
  noRole: [
    (name: string) =>
      `You are signed in as ${name}, but your account has none of the roles Reader, Approver and Administrator. Ask your Entra administrator to give you one (Enterprise applications, this application, Users and groups). Then sign out and sign in again.`,
    (name) =>
      `${name} 계정으로 로그인했지만 이 계정에는 Reader, Approver, Administrator 역할이 하나도 없습니다. Entra 테넌트 관리자에게 역할을 요청하세요(엔터프라이즈 애플리케이션 > 이 애플리케이션 > 사용자 및 그룹). 그런 다음 로그아웃하고 다시 로그인하세요.`,
  ],
  noRoleSetUp: [
    "If you have a role and still see this page, check the app role's value in Entra: it must be spelled Reader, Approver or Administrator (App registrations, this application, App roles). A role counts from your next sign-in. The operator of this console can find out what is missing with: npm run gate -- doctor",
    "역할을 받았는데도 이 페이지가 보이면 Entra에 있는 앱 역할의 값이 Reader, Approver, Administrator와 철자까지 같은지 확인하세요(앱 등록 > 이 애플리케이션 > 앱 역할). 역할은 다음 로그인부터 적용됩니다. 무엇이 빠졌는지는 콘솔 운영자가 다음 명령으로 확인할 수 있습니다: npm run gate -- doctor",
  ],
  forbiddenTitle: ["Your role does not allow this", "현재 역할로는 할 수 없습니다"],
  forbidden: [
    (name: string, own: string, needed: string) =>
      `You are signed in as ${name}, with the role ${own}. This needs the role ${needed}. Nothing was changed.`,
    (name, own, needed) => `${name}, ${own} 역할로 로그인했습니다. ${needed} 역할이 필요합니다. 변경된 내용은 없습니다.`,
  ],
  signedOutTitle: ["You are signed out", "로그아웃했습니다"],
  signedOut: ["This browser no longer holds a session.", "이 브라우저에는 더 이상 세션이 없습니다."],
  sessionOverTitle: ["Your session has ended", "세션이 끝났습니다"],
  sessionOver: ["Nothing was changed. Sign in again, then repeat it.", "변경된 내용은 없습니다. 다시 로그인한 뒤 하던 작업을 반복하세요."],
  kept: ["What you sent", "보낸 내용"],
  keptHint: ["It was not saved. Copy it before you leave this page.", "저장되지 않았습니다. 이 페이지를 떠나기 전에 복사해 두세요."],
  olderFormTitle: ["You have signed in again since", "그사이 다시 로그인했습니다"],
  olderForm: ["The form is of an earlier session: nothing was changed.", "이전 세션의 양식이므로 변경된 내용은 없습니다."],
  formPage: ["Open the page again", "페이지 다시 열기"],
  foreignTitle: ["This form cannot be used", "이 양식을 사용할 수 없습니다"],
  foreign: [
    "It does not belong to your session, or it came from another site. Nothing was changed. Go back, reload the page and send it again.",
    "현재 세션의 양식이 아니거나 다른 사이트에서 보낸 것입니다. 변경된 내용은 없습니다. 뒤로 가서 페이지를 새로 고친 뒤 다시 보내세요.",
  ],
  signInFailedTitle: ["Signing in did not work", "로그인하지 못했습니다"],
  signInFailed: [
    "It took too long, or was begun in another browser. Try again.",
    "너무 오래 걸렸거나 다른 브라우저에서 시작되었습니다. 다시 시도하세요.",
  ],
  signInRefused: [(codes: string) => `Entra refused the sign-in: ${codes}.`, (codes) => `Entra에서 로그인을 거부했습니다: ${codes}`],
  signInAdvice: {
    notAssigned: [
      "Your account is not assigned to this application. Ask your Entra administrator to give you a role (Enterprise applications, this application, Users and groups).",
      "이 애플리케이션에 할당되지 않은 계정입니다. Entra 테넌트 관리자에게 역할을 요청하세요(엔터프라이즈 애플리케이션 > 이 애플리케이션 > 사용자 및 그룹).",
    ],
    clientSecret: [
      "The console's client secret for Entra is wrong or has expired. Make a new one (App registrations, this application, Certificates & secrets) and put it into the secret that the stack's output ConsoleSecret names. It counts within a minute.",
      "콘솔이 Entra에 제시하는 클라이언트 암호가 틀렸거나 만료되었습니다. 새로 만들어(앱 등록 > 이 애플리케이션 > 인증서 및 암호) 스택의 출력 ConsoleSecret이 가리키는 비밀에 넣으세요. 1분 안에 반영됩니다.",
    ],
    redirectUri: [
      "The application in Entra does not have this console's address. Add the stack's output ConsoleRedirectUrl as a redirect URI of the platform Web (App registrations, this application, Authentication).",
      "Entra의 애플리케이션에 이 콘솔의 주소가 없습니다. 스택의 출력 ConsoleRedirectUrl을 웹 플랫폼의 리디렉션 URI로 추가하세요(앱 등록 > 이 애플리케이션 > 인증).",
    ],
    application: [
      "There is no application with this client id in that tenant. Compare console.clientId and console.tenantId in settings.ts with App registrations, then deploy again.",
      "해당 테넌트에 이 클라이언트 ID의 애플리케이션이 없습니다. settings.ts의 console.clientId와 console.tenantId를 앱 등록과 비교하고 다시 배포하세요.",
    ],
    consent: [
      "Nobody has consented to this application signing you in. Ask an administrator of the Entra tenant to grant consent (Enterprise applications, this application, Permissions).",
      "이 애플리케이션의 로그인에 아직 아무도 동의하지 않았습니다. Entra 테넌트 관리자에게 동의를 요청하세요(엔터프라이즈 애플리케이션 > 이 애플리케이션 > 권한).",
    ],
    otherTenant: [
      "Sign in with an account of this tenant, or ask to be its guest.",
      "이 테넌트의 계정으로 로그인하거나 게스트 초대를 요청하세요.",
    ],
    conditionalAccess: [
      "A Conditional Access policy of the tenant blocks you: your device, location or way of signing in is not allowed. Ask your Entra administrator; the tenant's sign-in log names the policy.",
      "테넌트의 조건부 액세스 정책이 로그인을 막았습니다. 기기, 위치 또는 로그인 방식이 허용되지 않습니다. 테넌트 관리자에게 문의하세요. 어떤 정책인지는 로그인 로그에 있습니다.",
    ],
    tooLate: ["The sign-in was used or took too long. Sign in again.", "이미 사용했거나 너무 늦게 돌아온 로그인입니다. 다시 로그인하세요."],
    later: ["Entra could not answer just now. Try again in a minute.", "Entra가 지금 응답하지 못했습니다. 잠시 후 다시 시도하세요."],
    other: [
      "Look the code up at https://login.microsoftonline.com/error, or in the tenant's sign-in log (Entra admin center, Monitoring, Sign-in logs).",
      "https://login.microsoftonline.com/error 또는 테넌트의 로그인 로그(Entra 관리 센터 > 모니터링 > 로그인 로그)에서 코드를 찾아보세요.",
    ],
  },
  notFoundTitle: ["There is no such page", "페이지가 없습니다"],
  notFound: ["The address may be mistyped, or the page it showed no longer exists.", "주소가 잘못되었거나 해당 내용이 사라졌습니다."],
  methodTitle: ["This page cannot be used that way", "이 방법으로는 사용할 수 없는 페이지입니다"],
  method: ["Go back and use the page's own buttons.", "뒤로 가서 페이지의 버튼을 사용하세요."],
  tooLargeTitle: ["That is too much at once", "한 번에 보내기에는 너무 큽니다"],
  tooLarge: [
    (megabytes: number) =>
      `A page or file can be up to ${megabytes} MB. Nothing was changed. For larger lists use: npm run gate -- list import`,
    (megabytes) =>
      `페이지나 파일은 ${megabytes} MB까지 가능합니다. 변경된 내용은 없습니다. 더 큰 목록에는 npm run gate -- list import 명령을 사용하세요.`,
  ],
  failedTitle: ["This did not work", "처리하지 못했습니다"],
  failed: [
    "Something that the console needs did not answer. Wait a minute and reload the page. If you were changing something, check the page “Changes” first to see whether the change was made.",
    "콘솔에 필요한 서비스가 응답하지 않았습니다. 잠시 기다렸다가 페이지를 새로 고치세요. 무언가를 변경하는 중이었다면 먼저 ‘변경 내역’ 페이지에서 반영되었는지 확인하세요.",
  ],
  failedReference: [
    (reference: string) => `If this keeps happening, look for this code in the function's log: ${reference}`,
    (reference) => `문제가 계속되면 함수 로그에서 이 코드를 찾으세요: ${reference}`,
  ],
  badDays: [(most: number) => `Write a number of days from 1 to ${most}.`, (most) => `1부터 ${most}까지의 일수를 입력하세요.`],
  tooLong: [(limit: string) => `Too long: write ${limit} characters at most.`, (limit) => `너무 깁니다. 최대 ${limit}자까지 입력하세요.`],
  characters: [(count: string) => `${count} characters`, (count) => `${count}자`],
  none: ["None", "없음"],
  notDone: ["This was not done", "처리하지 않았습니다"],
  note: ["Note", "메모"],
  person: ["Person", "사람"],
  selectAll: ["Select all", "모두 선택"],
  select: [(name: string) => `Select ${name}`, (name) => `${name} 선택`],
  stale: ["It was changed after you opened the page. Look at it again.", "페이지를 연 뒤에 변경되었습니다. 다시 확인하세요."],
  toRequests: ["Back to the requests", "요청 목록으로"],
  remove: ["Remove", "삭제"],
  add: ["Add", "추가"],
  language: ["Language", "언어"],
  gate: ["Gate", "게이트"],
  any: ["Any", "전체"],
  defaultGate: ["Default", "기본"],
});
