"""What agents see and do on the page with the simulated phone, in both languages."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True)
class Texts:
    """Texts of the panel and of the phone that agents read and click."""

    associate: str
    confirm: str
    associated: str
    not_associated: str
    undo: str
    associate_instead: str
    after_contact_work: str
    waiting: str
    several: str
    nobody: str
    not_found: str
    withheld: str
    narrow: str
    search: str
    search_by: str
    create_profile: str
    create: str
    current_customer: str
    first_name: str
    account: str
    edit: str
    save: str
    past_contacts: str
    answer: str
    hang_up: str
    clear: str
    api_key: str
    use_key: str


ENGLISH = Texts(
    associate="Associate",
    confirm="Confirm",
    associated="Associated with",
    not_associated="Not associated with a profile",
    undo="Undo",
    associate_instead="Associate with this profile instead",
    after_contact_work="After-contact work",
    waiting="Waiting for a contact",
    several="Several profiles match",
    nobody="No profile matches",
    not_found="No profile found",
    withheld="Number withheld",
    narrow="Narrow down",
    search="Search",
    search_by="Search by",
    create_profile="Create profile",
    create="Create",
    current_customer="This is the current customer",
    first_name="First name",
    account="Account number",
    edit="Edit",
    save="Save",
    past_contacts="Past contacts",
    answer="Answer",
    hang_up="Hang up",
    clear="Clear contact",
    api_key="API key",
    use_key="Use this API key",
)
JAPANESE = Texts(
    associate="関連付け",
    confirm="確認",
    associated="に関連付け済み",
    not_associated="プロファイル未関連付け",
    undo="取り消す",
    associate_instead="このプロファイルに関連付けを変更",
    after_contact_work="通話後作業",
    waiting="問い合わせを待っています",
    several="複数のプロファイルが見つかりました",
    nobody="一致するプロファイルがありません",
    not_found="プロファイルが見つかりません",
    withheld="番号非通知",
    narrow="絞り込む",
    search="検索",
    search_by="検索キー",
    create_profile="プロファイルを作成",
    create="作成",
    current_customer="現在のお客様です",
    first_name="名",
    account="アカウント番号",
    edit="編集",
    save="保存",
    past_contacts="過去の問い合わせ",
    answer="応答",
    hang_up="終了",
    clear="問い合わせをクリア",
    api_key="API キー",
    use_key="この API キーを使う",
)
TEXTS = {"en": ENGLISH, "ja": JAPANESE}


class Screen:
    """The panel beside the simulated phone."""

    def __init__(self, page: Page, language: str) -> None:
        """Wrap a page that shows the panel in the language."""
        self.page = page
        self.texts = TEXTS[language]
        self.panel = page.locator("profile-lookup-panel")
        self.phone = page.locator(".phone")

    @property
    def association(self) -> Locator:
        """The sentence with the profile that the contact is associated with."""
        return self.panel.locator(".contact .state")

    def sign_in(self, key: str) -> None:
        """Enter an API key."""
        self.page.get_by_label(self.texts.api_key, exact=True).fill(key)
        self.page.get_by_role("button", name=self.texts.use_key).click()

    def ring(self, caller: str) -> None:
        """Let a contact come in."""
        self.phone.locator(f"button[value={caller}]").click()

    def heading(self, name: str) -> Locator:
        """Return a heading of the panel."""
        return self.panel.get_by_role("heading", name=name)

    def button(self, name: str, *, exact: bool = True) -> Locator:
        """Return a button of the panel."""
        return self.panel.get_by_role("button", name=name, exact=exact)

    def associate(self) -> None:
        """Associate the contact with the shown profile, and confirm."""
        self.button(self.texts.associate).click()
        self.button(self.texts.confirm).click()
        expect(self.association).to_contain_text(self.texts.associated)

    def search(self, key: str, value: str) -> None:
        """Search by a search key."""
        form = self.panel.get_by_role("search")
        form.get_by_label(self.texts.search_by, exact=True).select_option(key)
        form.get_by_role("combobox").nth(1).fill(value)
        form.get_by_role("button", name=self.texts.search, exact=True).click()

    def end_call(self) -> None:
        """Answer, hang up, and clear the contact after after-contact work."""
        self.phone.get_by_role("button", name=self.texts.answer).click()
        self.phone.get_by_role("button", name=self.texts.hang_up).click()
        expect(self.panel.get_by_text(self.texts.after_contact_work)).to_be_visible()
        self.phone.get_by_role("button", name=self.texts.clear).click()
        expect(self.heading(self.texts.waiting)).to_be_visible()
