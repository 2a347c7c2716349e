package dev.vitrine.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.huaweicloud.sdk.core.ClientBuilder;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.auth.GlobalCredentials;
import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.core.exception.SdkException;
import com.huaweicloud.sdk.core.region.Region;
import com.huaweicloud.sdk.iam.v3.IamClient;
import com.huaweicloud.sdk.iam.v3.model.CreateCredentialOption;
import com.huaweicloud.sdk.iam.v3.model.CreateCredentialResult;
import com.huaweicloud.sdk.iam.v3.model.CreatePermanentAccessKeyRequest;
import com.huaweicloud.sdk.iam.v3.model.CreatePermanentAccessKeyRequestBody;
import com.huaweicloud.sdk.iam.v3.model.CreateTemporaryAccessKeyByTokenRequest;
import com.huaweicloud.sdk.iam.v3.model.CreateTemporaryAccessKeyByTokenRequestBody;
import com.huaweicloud.sdk.iam.v3.model.Credential;
import com.huaweicloud.sdk.iam.v3.model.Credentials;
import com.huaweicloud.sdk.iam.v3.model.DeletePermanentAccessKeyRequest;
import com.huaweicloud.sdk.iam.v3.model.IdentityToken;
import com.huaweicloud.sdk.iam.v3.model.KeystoneListAuthProjectsRequest;
import com.huaweicloud.sdk.iam.v3.model.ListPermanentAccessKeysRequest;
import com.huaweicloud.sdk.iam.v3.model.ShowCredential;
import com.huaweicloud.sdk.iam.v3.model.ShowPermanentAccessKeyRequest;
import com.huaweicloud.sdk.iam.v3.model.TokenAuth;
import com.huaweicloud.sdk.iam.v3.model.TokenAuthIdentity;
import com.huaweicloud.sdk.iam.v3.model.UpdateCredentialOption;
import com.huaweicloud.sdk.iam.v3.model.UpdatePermanentAccessKeyRequest;
import com.huaweicloud.sdk.iam.v3.model.UpdatePermanentAccessKeyRequestBody;
import com.huaweicloud.sdk.ims.v2.ImsClient;
import com.huaweicloud.sdk.ims.v2.model.ListImagesRequest;
import dev.vitrine.client.Session;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Access keys and signatures through the vendor's own Java SDK, told nothing but the key, the
 * region and where the server is: it finds project and domain by itself (contract/ims.md 1.0.4).
 */
class HuaweiIamSdkTest {
  private static final String REGION = "RegionOne";

  private static RunningServer server;
  private static String user;
  private static String project;
  private static String domain;
  private static String token;
  private static String access;
  private static String secret;

  @BeforeAll
  static void aliceMakesHerFirstKey() {
    server = RunningServer.up();
    Session alice = server.signIn("alice");
    user = alice.user();
    project = alice.project();
    domain = alice.details().at("/user/domain/id").asText();
    token = alice.token();
    JsonNode key =
        server
            .endpoint(token)
            .call(
                "POST",
                "/v3.0/OS-CREDENTIAL/credentials",
                "{\"credential\": {\"user_id\": \"%s\"}}".formatted(user))
            .json()
            .path("credential");
    access = key.path("access").asText();
    secret = key.path("secret").asText();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static BasicCredentials basic(String sk) {
    return new BasicCredentials()
        .withAk(access)
        .withSk(sk)
        .withIamEndpoint(server.url().toString());
  }

  /** A client of regional services. */
  private static IamClient regional(BasicCredentials credentials, String region) {
    return new ClientBuilder<>(IamClient::new)
        .withCredential(credentials)
        .withRegion(new Region(region, server.url().toString()))
        .build();
  }

  private static GlobalCredentials global(String ak, String sk) {
    return new GlobalCredentials().withAk(ak).withSk(sk).withIamEndpoint(server.url().toString());
  }

  /** A client of global services. */
  private static IamClient iam(GlobalCredentials credentials) {
    return IamClient.newBuilder()
        .withCredential(credentials)
        .withRegion(new Region(REGION, server.url().toString()))
        .build();
  }

  @Test
  void theProjectIsFoundByTheNameOfTheRegion() {
    BasicCredentials credentials = basic(secret);
    IamClient client = regional(credentials, REGION);
    assertThat(client.keystoneListAuthProjects(new KeystoneListAuthProjectsRequest()).getProjects())
        .extracting(found -> found.getId())
        .containsExactly(project);
    assertThat(credentials.getProjectId()).isEqualTo(project);
  }

  @Test
  void aRegionWithoutAProjectIsAnErrorThatTheSdkUnderstands() {
    assertThatExceptionOfType(SdkException.class)
        .isThrownBy(
            () ->
                regional(basic(secret), "elsewhere")
                    .keystoneListAuthProjects(new KeystoneListAuthProjectsRequest()));
  }

  @Test
  void theDomainIsFound() {
    GlobalCredentials credentials = global(access, secret);
    keys(iam(credentials));
    assertThat(credentials.getDomainId()).isEqualTo(domain);
  }

  @Test
  void keysAreManagedWithAKey() {
    IamClient iam = iam(global(access, secret));
    CreateCredentialResult made =
        iam.createPermanentAccessKey(
                new CreatePermanentAccessKeyRequest()
                    .withBody(
                        new CreatePermanentAccessKeyRequestBody()
                            .withCredential(
                                new CreateCredentialOption()
                                    .withUserId(user)
                                    .withDescription("für später"))))
            .getCredential();
    assertThat(made.getDescription()).isEqualTo("für später");
    assertThat(made.getStatus()).isEqualTo("active");
    assertThat(keys(iam))
        .extracting(Credentials::getAccess)
        .containsExactly(access, made.getAccess());

    IamClient second = iam(global(made.getAccess(), made.getSecret()));
    assertThat(keys(second)).hasSize(2);
    iam.updatePermanentAccessKey(
        new UpdatePermanentAccessKeyRequest()
            .withAccessKey(made.getAccess())
            .withBody(
                new UpdatePermanentAccessKeyRequestBody()
                    .withCredential(
                        new UpdateCredentialOption()
                            .withStatus(UpdateCredentialOption.StatusEnum.INACTIVE))));
    ShowCredential shown =
        iam.showPermanentAccessKey(
                new ShowPermanentAccessKeyRequest().withAccessKey(made.getAccess()))
            .getCredential();
    assertThat(shown.getStatus()).isEqualTo("inactive");
    assertThat(shown.getUserId()).isEqualTo(user);
    refused(() -> keys(second));
    iam.deletePermanentAccessKey(
        new DeletePermanentAccessKeyRequest().withAccessKey(made.getAccess()));
    assertThat(keys(iam)).extracting(Credentials::getAccess).containsExactly(access);
    refused(() -> keys(second));
  }

  @Test
  void aTemporaryKeyIsMadeOfATokenAndWorksWithItsSecurityToken() {
    Credential made = temporaryKey();
    assertThat(made.getExpiresAt()).matches("\\d{4}-\\d\\d-\\d\\dT.*\\.\\d{6}Z");
    BasicCredentials credentials = temporary(made, made.getSecuritytoken());
    IamClient client = regional(credentials, REGION);
    assertThat(client.keystoneListAuthProjects(new KeystoneListAuthProjectsRequest()).getProjects())
        .extracting(found -> found.getId())
        .containsExactly(project);
    assertThat(credentials.getProjectId()).isEqualTo(project);
    ImsClient ims =
        new ClientBuilder<>(ImsClient::new)
            .withCredential(temporary(made, made.getSecuritytoken()).withProjectId(project))
            .withRegion(new Region(REGION, server.url().toString()))
            .build();
    assertThat(ims.listImages(new ListImagesRequest()).getImages()).isEmpty();
  }

  @Test
  void aTemporaryKeyWithoutItsOwnSecurityTokenIsAnErrorThatTheSdkUnderstands() {
    Credential made = temporaryKey();
    Credential other = temporaryKey();
    for (BasicCredentials credentials :
        List.of(
            temporary(made, ""),
            temporary(made, other.getSecuritytoken()),
            basic(secret).withSecurityToken(made.getSecuritytoken()))) {
      refused(
          () ->
              regional(credentials.withProjectId(project), REGION)
                  .keystoneListAuthProjects(new KeystoneListAuthProjectsRequest()));
    }
  }

  @Test
  void aKeyDerivedForARegionAndAServiceWorks() {
    IamClient client =
        new ClientBuilder<>(IamClient::new)
            .withDerivedAuthServiceName("iam")
            .withCredential(
                basic(secret).withProjectId(project).withDerivedPredicate(request -> true))
            .withRegion(new Region(REGION, server.url().toString()))
            .build();
    assertThat(client.keystoneListAuthProjects(new KeystoneListAuthProjectsRequest()).getProjects())
        .hasSize(1);
  }

  private static Credential temporaryKey() {
    return iam(global(access, secret))
        .createTemporaryAccessKeyByToken(
            new CreateTemporaryAccessKeyByTokenRequest()
                .withBody(
                    new CreateTemporaryAccessKeyByTokenRequestBody()
                        .withAuth(
                            new TokenAuth()
                                .withIdentity(
                                    new TokenAuthIdentity()
                                        .withMethods(List.of(TokenAuthIdentity.MethodsEnum.TOKEN))
                                        .withToken(
                                            new IdentityToken()
                                                .withId(token)
                                                .withDurationSeconds(900))))))
        .getCredential();
  }

  private static BasicCredentials temporary(Credential key, String securityToken) {
    return new BasicCredentials()
        .withAk(key.getAccess())
        .withSk(key.getSecret())
        .withSecurityToken(securityToken)
        .withIamEndpoint(server.url().toString());
  }

  @Test
  void aWrongSecretIsAnErrorThatTheSdkUnderstands() {
    refused(() -> keys(iam(global(access, "wrong").withDomainId(domain))));
    refused(
        () ->
            regional(basic("wrong").withProjectId(project), REGION)
                .keystoneListAuthProjects(new KeystoneListAuthProjectsRequest()));
  }

  private static List<Credentials> keys(IamClient client) {
    return client.listPermanentAccessKeys(new ListPermanentAccessKeysRequest()).getCredentials();
  }

  private static void refused(Runnable request) {
    assertThatExceptionOfType(ClientRequestException.class)
        .isThrownBy(request::run)
        .satisfies(
            refusal -> {
              assertThat(refusal.getHttpStatusCode()).isEqualTo(401);
              assertThat(refusal.getErrorCode()).isEqualTo("APIGW.0301");
              assertThat(refusal.getErrorMsg()).contains("verify aksk signature fail");
              assertThat(refusal.getRequestId()).startsWith("req-");
            });
  }
}
