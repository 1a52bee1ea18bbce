package io.redistributed.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccountsTest {

    private static final String ONE = "0-0123456789abcdef0123456789abcdef";
    private static final String OTHER = "1-fedcba9876543210fedcba9876543210-7e2db868f379fc8e9b6f";

    private final Accounts accounts = new Accounts(1);

    @Test
    void reportIsOpenUntilSettled() {
        assertThat(accounts.keep(ONE, true)).isTrue();
        assertThat(accounts.keep(OTHER, false)).isTrue();
        assertThat(accounts.open()).isEqualTo(2);

        assertThat(accounts.settle(ONE)).contains(true);
        assertThat(accounts.settle(OTHER)).contains(false);
        assertThat(accounts.settle(ONE)).isEmpty();
        assertThat(accounts.open()).isZero();
    }

    @Test
    void moreReportsThanFitAreRejected() {
        assertThat(accounts.keep(ONE, true)).isTrue();
        assertThat(accounts.keep(OTHER, true)).isFalse();
        assertThat(accounts.settle(OTHER)).isEmpty();
    }

    @Test
    void invalidIdIsUnknown() {
        assertThat(accounts.settle("0-1")).isEmpty();
    }
}
