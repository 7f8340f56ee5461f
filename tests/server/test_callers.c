/* Who is taken for whom: claims of tokens, and addresses from which wrong credentials come. */
#include <arpa/inet.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "server/jwt.h"
#include "server/throttle.h"
#include "support/tap.h"

#define NOW 1000000

static const char settings_text[] =
    "{\"issuer\":\"me\",\"audience\":\"shop\",\"leeway_seconds\":10,\"scope_claim\":\"scope\",\"role_claim\":\"role\","
    "\"tenant_claim\":\"org\",\"scope\":\"read\"}";

/* The code that the claims get; *ret_principal is what they say. */
static weft_code read_claims(const char *text, server_principal *ret_principal)
{
    weft_error error = {0};
    json_t *settings = json_loads(settings_text, 0, NULL);
    json_t *claims = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(settings);
    const weft_code code = server_claims_read(settings, claims, NOW, ret_principal, &error);
    assert_int_equal(code, code == WEFT_OK ? WEFT_OK : error.code);
    json_decref(claims);
    json_decref(settings);
    return code;
}

#define FINE "\"iss\":\"me\",\"aud\":\"shop\",\"exp\":1000500,\"sub\":\"ada\""

static void test_right_claims(void **state)
{
    (void)state;
    server_principal who = {0};
    assert_int_equal(read_claims("{" FINE ",\"role\":\"clerk\",\"org\":\"acme\",\"scope\":\"x write y\"}", &who),
                     WEFT_OK);
    assert_string_equal(who.name, "jwt ada");
    assert_string_equal(who.role, "clerk");
    assert_string_equal(who.tenant, "acme");
    assert_true(who.has_tenant);
    assert_int_equal(who.scope, SERVER_SCOPE_WRITE);
    assert_int_equal(who.module_count, 0);
    assert_int_equal(read_claims("{" FINE ",\"role\":\"clerk\",\"scope\":\"readwrite\"}", &who), WEFT_OK);
    assert_int_equal(who.scope, SERVER_SCOPE_READ);
    assert_false(who.has_tenant);
}

static void test_wrong_claims_leave_the_principal_alone(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "[]",
        "null",
        "{}",
        "{" FINE "}",
        "{" FINE ",\"role\":null}",
        "{" FINE ",\"role\":[\"clerk\"]}",
        "{" FINE ",\"role\":\"clerk\",\"org\":null}",
        "{" FINE ",\"role\":\"clerk\",\"scope\":{}}",
        "{" FINE ",\"role\":\"clerk\",\"nbf\":1000011}",
        "{" FINE ",\"role\":\"clerk\",\"nbf\":null}",
        "{\"iss\":\"me\",\"aud\":\"shop\",\"exp\":999990,\"sub\":\"ada\",\"role\":\"clerk\"}",
        "{\"iss\":\"me\",\"aud\":[],\"exp\":1000500,\"sub\":\"ada\",\"role\":\"clerk\"}",
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        server_principal who = {.name = "nobody"};
        if (read_claims(wrong[i], &who) != WEFT_UNAUTHENTICATED) {
            fail_msg("%s was taken", wrong[i]);
        }
        assert_string_equal(who.name, "nobody");
        assert_int_equal(who.scope, 0);
    }
}

/* Callers of long names that begin alike are not one. */
static void test_long_subjects(void **state)
{
    (void)state;
    char text[400];
    char long_one[201];
    server_principal first = {0};
    server_principal second = {0};
    memset(long_one, 'a', sizeof(long_one));
    long_one[200] = '\0';
    for (int i = 0; i < 2; i++) {
        long_one[199] = (char)('a' + i);
        (void)snprintf(text,
                       sizeof(text),
                       "{\"iss\":\"me\",\"aud\":\"shop\",\"exp\":1000500,\"role\":\"clerk\",\"sub\":\"%s\"}",
                       long_one);
        assert_int_equal(read_claims(text, i ? &second : &first), WEFT_OK);
    }
    assert_string_not_equal(first.name, second.name);
}

static server_throttle throttle = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void clear(uint32_t wrong_max)
{
    memset(throttle.addresses, 0, sizeof(throttle.addresses));
    memset(throttle.right, 0, sizeof(throttle.right));
    throttle.wrong_max = wrong_max;
    throttle.latest_s = 0;
}

static void write_four(uint32_t number, struct sockaddr_in *ret_address)
{
    *ret_address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr = {htonl(number)}};
}

static bool admits(const void *from, const char *credential, int64_t now_s, unsigned *ret_wait_s)
{
    return server_throttle_admits(&throttle, from, credential, now_s, ret_wait_s);
}

static void test_an_address_is_slowed_down_for_a_minute(void **state)
{
    (void)state;
    struct sockaddr_in here;
    struct sockaddr_in there;
    unsigned wait_s = 0;
    clear(3);
    write_four(1, &here);
    write_four(2, &there);
    server_throttle_note(&throttle, (void *)&here, "right", true, 100);
    for (int i = 0; i < 3; i++) {
        assert_true(admits(&here, "guess", 100 + i, &wait_s));
        server_throttle_note(&throttle, (void *)&here, "guess", false, 100 + i);
    }
    assert_false(admits(&here, "guess", 110, &wait_s));
    assert_int_equal(wait_s, 50);
    assert_true(admits(&here, "right", 110, &wait_s));
    assert_true(admits(&there, "guess", 110, &wait_s));
    server_throttle_note(&throttle, (void *)&here, "right", false, 110);
    assert_false(admits(&here, "right", 110, &wait_s));
    assert_true(admits(&here, "guess", 160, &wait_s));
}

static void test_networks_of_ipv6_are_one_address(void **state)
{
    (void)state;
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    unsigned wait_s = 0;
    clear(1);
    assert_int_equal(inet_pton(AF_INET6, "2001:db8:1:2::1", &six.sin6_addr), 1);
    server_throttle_note(&throttle, (void *)&six, "x", false, 5);
    assert_int_equal(inet_pton(AF_INET6, "2001:db8:1:2:3:4:5:6", &six.sin6_addr), 1);
    assert_false(admits(&six, "x", 5, &wait_s));
    assert_int_equal(inet_pton(AF_INET6, "2001:db8:1:3::1", &six.sin6_addr), 1);
    assert_true(admits(&six, "x", 5, &wait_s));
    assert_int_equal(inet_pton(AF_INET6, "::ffff:10.0.0.1", &six.sin6_addr), 1);
    server_throttle_note(&throttle, (void *)&six, "x", false, 5);
    struct sockaddr_in four;
    write_four(0x0A000001, &four);
    assert_false(admits(&four, "x", 5, &wait_s));
    assert_true(admits(NULL, "x", 5, &wait_s));
}

/* More addresses than there are places: the oldest are forgotten, nothing else happens. */
static void test_addresses_are_bounded(void **state)
{
    (void)state;
    struct sockaddr_in one;
    unsigned wait_s = 0;
    clear(1);
    for (uint32_t i = 0; i < 3 * SERVER_ADDRESSES_MAX; i++) {
        write_four(i, &one);
        server_throttle_note(&throttle, (void *)&one, "x", false, 10 + i / SERVER_ADDRESSES_MAX);
    }
    assert_false(admits(&one, "x", 12, &wait_s));
    write_four(0, &one);
    assert_true(admits(&one, "x", 12, &wait_s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right_claims),
        cmocka_unit_test(test_wrong_claims_leave_the_principal_alone),
        cmocka_unit_test(test_long_subjects),
        cmocka_unit_test(test_an_address_is_slowed_down_for_a_minute),
        cmocka_unit_test(test_networks_of_ipv6_are_one_address),
        cmocka_unit_test(test_addresses_are_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
