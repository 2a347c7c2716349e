package dev.vitrine.server.http;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A range of IP addresses (CIDR, RFC 4632). Names are never looked up.
 *
 * @param address its first address
 * @param prefix how many of the leading bits are common to all of its addresses
 */
public record Network(InetAddress address, int prefix) {
  /** Leading bits of the IPv6 addresses that one client can choose from (RFC 4291 §2.5.4). */
  private static final int CLIENT_BITS = 64;

  /**
   * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or an address alone.
   *
   * @throws IllegalArgumentException also for an address inside the range, such as {@code
   *     10.0.0.1/8}: it may be a mistyped address or a mistyped range
   */
  public static Network parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      throw new IllegalArgumentException(text);
    }
    int bits = address.getAddress().length * Byte.SIZE;
    String prefix = slash < 0 ? Integer.toString(bits) : text.substring(slash + 1);
    if (!prefix.matches("\\d{1,3}") || Integer.parseInt(prefix) > bits) {
      throw new IllegalArgumentException(text);
    }
    Network network = new Network(address, Integer.parseInt(prefix));
    if (!Arrays.equals(address.getAddress(), masked(address, network.prefix))) {
      throw new IllegalArgumentException(text);
    }
    return network;
  }

  /** An IPv4 or IPv6 address; null if the text is none. IPv4 in IPv6 is IPv4. */
  static @Nullable InetAddress address(String text) {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
    return bytes == null || text.startsWith("[") ? null : address(bytes);
  }

  private static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether the address is in the range. */
  public boolean contains(InetAddress other) {
    return other.getAddress().length == address.getAddress().length
        && Arrays.equals(address.getAddress(), masked(other, prefix));
  }

  /**
   * What limits count a client by: its IPv4 address, or the {@code /64} of its IPv6 address, within
   * which one client can have any address.
   *
   * @param address as text; anything else is returned as it is
   */
  static String ofClient(String address) {
    if (address.indexOf(':') < 0) {
      return address;
    }
    InetAddress ip = address(address);
    return ip == null || ip.getAddress().length * Byte.SIZE <= CLIENT_BITS
        ? address
        : address(masked(ip, CLIENT_BITS)).getHostAddress() + "/" + CLIENT_BITS;
  }

  private static byte[] masked(InetAddress address, int prefix) {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      int kept = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
      bytes[i] = (byte) (bytes[i] & (0xff << (Byte.SIZE - kept)));
    }
    return bytes;
  }

  @Override
  public String toString() {
    return address.getHostAddress() + "/" + prefix;
  }
}
